import type { UpdateSourceBody } from '../../../contract/connect-api/sources.ts';
import { AppError } from '../../../contract/errors.ts';
import { wireTime } from '../../lib/wire-time.ts';
import { updateSourceRow, type SourceRow } from '../../store/queries/source.ts';
import { getAccount } from '../account/get.ts';
import { requireAccount } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { bindTo } from '../destination/bind.ts';
import { chooseDestination } from '../destination/choose.ts';
import { storeSecrets } from '../destination/secrets.ts';
import { getLiveSource } from './find.ts';
import { requireDisplayName } from './name.ts';
import { parseInstant } from './parse-instant.ts';
import { fillProperties, mergeSourceProperties, parseSourceProperties } from './properties.ts';
import { readCard } from './describe.ts';
import { requireSchedule } from './require-schedule.ts';

/**
 * Renames, pauses, unpauses, re-maps or sets up a source (connect-api.md §5.4); `name` never changes.
 * Throws `invalid_id`, `invalid_display_name`, `invalid_properties`, `access_denied`, `invalid_cron_expression`, `invalid_body` (date),
 * `not_confirmed`.
 */
export async function updateSource(ctx: DomainContext, accountId: number, sourceId: number, input: UpdateSourceBody): Promise<SourceRow> {
  requireAccount(ctx.actor, accountId);
  const subject = `source:${sourceId}`;
  return change(ctx, subject, async (tx, effects) => {
    const source = await getLiveSource(tx, accountId, sourceId);
    if (input.display_name !== undefined) requireDisplayName(input.display_name);
    const stored = JSON.parse(source.properties) as Record<string, unknown>;
    const card = await readCard(tx, source);
    const { plain, secret } = parseSourceProperties(source.type, input.properties ?? {}, { stored, card });
    const { plan } = await getAccount(tx, accountId);
    requireSchedule(plain, { plan, now: ctx.now() });
    const pausedAt = input.paused_at === undefined ? source.paused_at : parsePausedAt(input.paused_at);
    const destinationId = await nextDestination(tx, source, input.destination_id);
    const now = ctx.now();
    const binding = bindTo(source, destinationId, now);
    const updated = await updateSourceRow(tx, sourceId, {
      display_name: input.display_name ?? source.display_name,
      paused_at: pausedAt,
      ...binding,
      ...(input.paused_at === null ? endSystemPause(binding) : {}),
      properties: JSON.stringify(fillProperties({ id: sourceId, accountId, type: source.type }, mergeSourceProperties(stored, plain))),
      updated_at: now,
    });
    await storeSecrets(ctx.sealer, tx, { kind: 'source', id: sourceId }, secret);
    const credentials = Object.keys(secret);
    const after = { ...audited(updated), ...(credentials.length === 0 ? {} : { credentials }) };
    await recordAudit(ctx, tx, { accountId, verb: 'source.update', subject, before: audited(source), after });
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

/** The submitted instant in UTC seconds (connect-api.md §5.4). */
function parsePausedAt(text: string | null): string | null {
  if (text === null) return null;
  const instant = parseInstant(text);
  if (instant === undefined) throw new AppError('invalid_body', `paused_at is not a date (${text}).`);
  return wireTime(instant.getTime());
}

/** A pause by the system ends with the member's own unless its cause remains. */
function endSystemPause(binding: ReturnType<typeof bindTo>): Pick<SourceRow, 'system_paused_at'> | undefined {
  return binding.destination_id === null ? undefined : { system_paused_at: null };
}

function audited(source: SourceRow): Record<string, unknown> {
  const { display_name, paused_at, destination_id: destination, properties } = source;
  return { display_name, paused_at, destination, properties: JSON.parse(properties) as unknown };
}
