import type { CreateSourceBody } from '../../../contract/connect-api/sources.ts';
import { findSourceType } from '../../../contract/connect-api/source-types.ts';
import { AppError } from '../../../contract/errors.ts';
import { wireTime } from '../../lib/wire-time.ts';
import { nextId } from '../../store/queries/sequence.ts';
import { findLiveSourceByName, insertSource, type SourceRow } from '../../store/queries/source.ts';
import { findUniqueViolation } from '../../store/unique-violation.ts';
import { getAccount } from '../account/get.ts';
import { actingCredential, requireAccount } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { chooseDestination } from '../destination/choose.ts';
import { parseSourceName } from './name.ts';
import { patchProperties, requireKnownProperties } from './properties.ts';

/**
 * Creates a source mapped to the given destination, or to the only one. Checks in the order of connect-api.md §2.3.
 * Throws `invalid_type`, `invalid_name`, `invalid_display_name`, `invalid_properties`, `invalid_id` (destination).
 */
export async function createSource(ctx: DomainContext, accountId: number, input: CreateSourceBody): Promise<SourceRow> {
  requireAccount(ctx.actor, accountId);
  const { type, display_name: displayName } = input;
  if (findSourceType(type) === undefined) throw new AppError('invalid_type', `Source type not found (${type}).`);
  const name = parseSourceName(displayName, input.name);
  const taken = (): AppError<'invalid_name'> =>
    new AppError('invalid_name', `The name is not unique: ${input.name === undefined ? `${displayName} -> ${name}` : name}.`);
  try {
    return await change(ctx, 'source:new', async (tx, effects) => {
      await getAccount(tx, accountId);
      if ((await findLiveSourceByName(tx, accountId, name)) !== undefined) throw taken();
      requireKnownProperties(type, input.properties ?? {});
      const destinationId = await chooseDestination(tx, accountId, input.destination_id);
      const now = ctx.now();
      const row: SourceRow = {
        id: await nextId(tx, 'connection'),
        account_id: accountId,
        type,
        name,
        display_name: displayName,
        properties: patchProperties('{}', input.properties ?? {}),
        created_at: now,
        updated_at: now,
        deleted_at: null,
        paused_at: null,
        system_paused_at: destinationId === null ? wireTime(now) : null,
        created_by_credential: actingCredential(ctx.actor),
        destination_id: destinationId,
        destination_binding: 0,
        last_received_at: null,
      };
      await insertSource(tx, row);
      await recordAudit(ctx, tx, {
        accountId,
        verb: 'source.create',
        subject: `source:${row.id}`,
        after: { type, name, display_name: displayName, destination: destinationId, properties: input.properties },
      });
      effects.registry.push({ kind: 'source', sourceId: row.id, state: 'active' });
      return row;
    });
  } catch (error) {
    // Where transactions run side by side the unique index speaks instead of the look-up.
    if (findUniqueViolation(error)?.includes('connection_source.name') === true) throw taken();
    throw error;
  }
}
