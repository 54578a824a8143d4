/** The fields of a Quartz cron expression (connect-api.md §5.7) and how one of plain values is read. */

export class CronError extends Error {
  override readonly name = 'CronError';
}

export interface CronField {
  readonly title: string;
  readonly min: number;
  readonly max: number;
  /** Names in place of numbers, the first for `min`. */
  readonly names: readonly string[];
  /** A range may run over the end, as in `FRI-MON`. */
  readonly wraps: boolean;
}

const field = (title: string, min: number, max: number, names: readonly string[] = []): CronField => ({
  title,
  min,
  max,
  names,
  wraps: true,
});

export const fields = {
  minute: field('minute', 0, 59),
  hour: field('hour', 0, 23),
  dayOfMonth: field('day of month', 1, 31),
  month: field('month', 1, 12, ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']),
  dayOfWeek: field('day of week', 1, 7, ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']),
  year: { ...field('year', 1970, 2099), wraps: false },
} satisfies Record<string, CronField>;

/** One number or name of a field. Throws `CronError`. */
export function parseValue(text: string, of: CronField): number {
  const named = of.names.indexOf(text);
  if (named !== -1) return of.min + named;
  if (!/^\d{1,4}$/.test(text))
    throw new CronError(`${text === '' ? 'A value is missing' : `"${text}" is not possible`} in the ${of.title} field`);
  const value = Number(text);
  if (value < of.min || value > of.max) throw new CronError(`${text} is outside ${of.min}-${of.max} in the ${of.title} field`);
  return value;
}

/** The values of a field of lists, ranges and steps. Throws `CronError`. */
export function parseValues(text: string, of: CronField): ReadonlySet<number> {
  return new Set(text.split(',').flatMap((part) => parsePart(part, of)));
}

function parsePart(part: string, of: CronField): number[] {
  const [base = '', stepText, ...rest] = part.split('/');
  if (rest.length > 0) throw new CronError(`"${part}" has more than one step in the ${of.title} field`);
  const step = stepText === undefined ? 1 : parseStep(stepText, of);
  const [from = '', to, ...more] = base.split('-');
  if (more.length > 0) throw new CronError(`"${base}" is not a range in the ${of.title} field`);
  if (base === '*' || (base === '' && stepText !== undefined)) return count(of.min, of.max, step, of);
  const first = parseValue(from, of);
  if (to !== undefined) return count(first, parseValue(to, of), step, of);
  return count(first, stepText === undefined ? first : of.max, step, of);
}

function parseStep(text: string, of: CronField): number {
  const step = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (step < 1 || step > of.max) throw new CronError(`"/${text}" is not a possible step in the ${of.title} field`);
  return step;
}

function count(first: number, last: number, step: number, of: CronField): number[] {
  if (last < first && !of.wraps) throw new CronError(`${first}-${last} runs backwards in the ${of.title} field`);
  const size = of.max - of.min + 1;
  const end = last < first ? last + size : last;
  return Array.from({ length: Math.floor((end - first) / step) + 1 }, (_, index) => of.min + ((first + index * step - of.min) % size));
}
