import type { UpdateSourceBody } from '../../../contract/connect-api/sources.ts';
import { AppError } from '../../../contract/errors.ts';
import { wireTime } from '../../lib/wire-time.ts';
import { updateSourceRow, type SourceRow } from '../../store/queries/source.ts';
import { requireAccount } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { bindTo } from '../destination/bind.ts';
import { chooseDestination } from '../destination/choose.ts';
import { getLiveSource } from './find.ts';
import { parseSourceName } from './name.ts';
import { patchProperties, requireKnownProperties } from './properties.ts';

/**
 * Renames, pauses, unpauses, re-maps or sets up a source (connect-api.md §5.4); `name` never changes.
 * Throws `invalid_id`, `invalid_display_name`, `invalid_properties`, `invalid_body` (date), `not_confirmed`.
 */
export async function updateSource(ctx: DomainContext, accountId: number, sourceId: number, input: UpdateSourceBody): Promise<SourceRow> {
  requireAccount(ctx.actor, accountId);
  const subject = `source:${sourceId}`;
  return change(ctx, subject, async (tx, effects) => {
    const source = await getLiveSource(tx, accountId, sourceId);
    if (input.display_name !== undefined) parseSourceName(input.display_name, undefined);
    requireKnownProperties(source.type, input.properties ?? {});
    const pausedAt = input.paused_at === undefined ? source.paused_at : parsePausedAt(input.paused_at);
    const destinationId = await nextDestination(tx, source, input.destination_id);
    const now = ctx.now();
    const updated = await updateSourceRow(tx, sourceId, {
      display_name: input.display_name ?? source.display_name,
      paused_at: pausedAt,
      ...bindTo(source, destinationId, now),
      properties: patchProperties(source.properties, input.properties ?? {}),
      updated_at: now,
    });
    await recordAudit(ctx, tx, { accountId, verb: 'source.update', subject, before: audited(source), after: audited(updated) });
    effects.revokes = pausedAt !== null;
    effects.registry.push({ kind: 'source', sourceId, state: pausedAt === null ? 'active' : 'inactive' });
    return updated;
  });
}

async function nextDestination(
  tx: Parameters<typeof chooseDestination>[0],
  source: SourceRow,
  asked: number | null | undefined,
): Promise<number | null> {
  if (asked === undefined) return source.destination_id;
  return asked === null ? null : chooseDestination(tx, source.account_id, asked);
}

/** The submitted instant in UTC seconds; without a zone it is UTC (connect-api.md §5.4). */
function parsePausedAt(text: string | null): string | null {
  if (text === null) return null;
  const zoned = /T/.test(text) && !/(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) ? `${text}Z` : text;
  const ms = Date.parse(zoned);
  const year = new Date(ms).getUTCFullYear();
  if (Number.isNaN(year) || year < 0 || year > 9999) throw new AppError('invalid_body', `paused_at is not a date (${text}).`);
  return wireTime(ms);
}

function audited(source: SourceRow): Record<string, unknown> {
  const { display_name, paused_at, destination_id: destination, properties } = source;
  return { display_name, paused_at, destination, properties: JSON.parse(properties) as unknown };
}
