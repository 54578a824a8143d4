import type { Kysely, Transaction } from 'kysely';
import { wireTime } from '../../lib/wire-time.ts';
import { listSources, updateSourceRow, type SourceRow } from '../../store/queries/source.ts';
import type { Tables } from '../../store/tables.ts';
import { recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { fillProperties } from './properties.ts';

/** Live sources that run by a cron expression, with their properties. */
export async function listCronSources(
  db: Kysely<Tables>,
  accountId: number,
): Promise<{ source: SourceRow; expression: string; properties: Record<string, unknown> }[]> {
  return (await listSources(db, accountId)).flatMap((source) => {
    const { cron_expression: expression, ...properties } = JSON.parse(source.properties) as Record<string, unknown>;
    return source.deleted_at !== null || typeof expression !== 'string' ? [] : [{ source, expression, properties }];
  });
}

/** Pauses the live sources that run by a cron expression and gives them the interval of their type. Resolves with their number. */
export async function pauseCronSources(ctx: DomainContext, tx: Transaction<Tables>, accountId: number): Promise<number> {
  const now = ctx.now();
  let paused = 0;
  for (const { source, expression, properties: stored } of await listCronSources(tx, accountId)) {
    const { frequency_in_minutes: _, ...rest } = stored;
    const properties = fillProperties({ id: source.id, accountId, type: source.type }, { ...rest, cron_expression: null });
    await updateSourceRow(tx, source.id, {
      properties: JSON.stringify(properties),
      system_paused_at: source.system_paused_at ?? wireTime(now),
      updated_at: now,
    });
    await recordAudit(ctx, tx, {
      accountId,
      verb: 'source.pause',
      subject: `source:${source.id}`,
      before: { cron_expression: expression },
      after: { reason: 'plan' },
    });
    paused += 1;
  }
  return paused;
}
