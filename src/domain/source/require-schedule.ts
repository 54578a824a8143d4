import { AppError } from '../../../contract/errors.ts';
import { planFeatures, type Plan } from '../account/plans.ts';
import { parseCron } from '../schedule/cron.ts';
import { CronError } from '../schedule/cron-fields.ts';

const shownCharacters = 200;

/** Refuses a submitted cron expression that the plan does not include, that cannot be read, or that never fires. Throws `access_denied`, `invalid_cron_expression`. */
export function requireSchedule(plain: Readonly<Record<string, unknown>>, { plan, now }: { plan: Plan; now: number }): void {
  const { cron_expression: expression } = plain;
  if (typeof expression !== 'string') return;
  if (!planFeatures[plan].cron) throw new AppError('access_denied', 'The plan of the account does not permit cron scheduling.');
  const problem = findProblem(expression, now);
  if (problem === undefined) return;
  throw new AppError('invalid_cron_expression', `The cron expression is not valid (${expression.slice(0, shownCharacters)}): ${problem}.`);
}

function findProblem(expression: string, now: number): string | undefined {
  try {
    return parseCron(expression).next(now) === undefined ? 'it never fires' : undefined;
  } catch (error) {
    if (error instanceof CronError) return error.message;
    throw error;
  }
}
