import type { CreateSourceBody } from '../../../contract/connect-api/sources.ts';
import { AppError } from '../../../contract/errors.ts';
import { wireTime } from '../../lib/wire-time.ts';
import { nextId } from '../../store/queries/sequence.ts';
import { findLiveSourceByName, insertSource, listLiveTypes, type SourceRow } from '../../store/queries/source.ts';
import { findUniqueViolation } from '../../store/unique-violation.ts';
import { getAccount } from '../account/get.ts';
import { planFeatures, type Plan } from '../account/plans.ts';
import { actingCredential, requireAccount } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { chooseDestination } from '../destination/choose.ts';
import { storeSecrets } from '../destination/secrets.ts';
import { deriveSourceName, parseSourceName } from './name.ts';
import { fillProperties, mergeSourceProperties, parseSourceProperties } from './properties.ts';
import { requireSchedule } from './require-schedule.ts';
import { hasAccess, requireSourceType } from './types.ts';

/**
 * Creates a source mapped to the given destination, or to the only one. Checks in the order of connect-api.md §2.3.
 * Throws `invalid_type`, `access_denied`, `invalid_name`, `invalid_display_name`, `invalid_properties`, `invalid_cron_expression`,
 * `invalid_id` (destination).
 */
export async function createSource(ctx: DomainContext, accountId: number, input: CreateSourceBody): Promise<SourceRow> {
  requireAccount(ctx.actor, accountId);
  const { type, display_name: displayName } = input;
  const card = requireSourceType(type);
  const taken = (): AppError<'invalid_name'> =>
    new AppError('invalid_name', `The name is not unique: ${input.name ?? `${displayName} -> ${deriveSourceName(displayName)}`}.`);
  try {
    return await change(ctx, 'source:new', async (tx, effects) => {
      const { plan } = await getAccount(tx, accountId);
      if (!hasAccess(card, plan)) throw new AppError('access_denied', `The account has no access to sources of this type (${type}).`);
      const name = parseSourceName(displayName, input.name);
      if ((await findLiveSourceByName(tx, accountId, name)) !== undefined) throw taken();
      const { plain, secret } = parseSourceProperties(type, input.properties ?? {});
      const destinationId = await chooseDestination(tx, accountId, input.destination_id);
      const now = ctx.now();
      requireSchedule(plain, { plan, now });
      await requireTypeLimit(tx, { accountId, plan, type });
      const id = await nextId(tx, 'connection');
      const properties = fillProperties({ id, accountId, type }, mergeSourceProperties({}, plain));
      const row: SourceRow = {
        id,
        account_id: accountId,
        type,
        name,
        display_name: displayName,
        properties: JSON.stringify(properties),
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
      await storeSecrets(ctx.sealer, tx, { kind: 'source', id }, secret);
      await recordAudit(ctx, tx, {
        accountId,
        verb: 'source.create',
        subject: `source:${row.id}`,
        after: { type, name, display_name: displayName, destination: destinationId, properties, credentials: Object.keys(secret) },
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

/** Sources of one type count once. */
async function requireTypeLimit(
  tx: Parameters<typeof listLiveTypes>[0],
  { accountId, plan, type }: { accountId: number; plan: Plan; type: string },
): Promise<void> {
  const { maxSourceTypes } = planFeatures[plan];
  if (maxSourceTypes === Infinity) return;
  const types = await listLiveTypes(tx, accountId);
  if (types.includes(type) || types.length < maxSourceTypes) return;
  throw new AppError('access_denied', `The plan of the account includes ${maxSourceTypes} types of sources.`);
}
