import type { CreateDestinationBody } from '../../../contract/connect-api/destinations.ts';
import { findDestinationType } from '../../../contract/connect-api/destination-types.ts';
import { AppError } from '../../../contract/errors.ts';
import { insertDestination, listLiveDestinations, type DestinationRow } from '../../store/queries/destination.ts';
import { nextId } from '../../store/queries/sequence.ts';
import { listLiveSourcesOf } from '../../store/queries/source.ts';
import { getAccount } from '../account/get.ts';
import { planFeatures } from '../account/plans.ts';
import { actingCredential, actingPartner, requireAccount } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { beginCheck } from './begin-check.ts';
import { bindSources } from './bind.ts';
import { mergeProperties, parseProperties } from './properties.ts';
import { storeSecrets } from './secrets.ts';
import { isConfigured, viewDestination, type DestinationView } from './view.ts';
import { warehouseFileName } from './warehouse.ts';

/**
 * Creates a destination, gives it every source that has none unless told not to, and checks it once it is complete.
 * Throws `invalid_type`, `access_denied`, `invalid_properties`, `destination_limit_exceeded`.
 */
export async function createDestination(ctx: DomainContext, accountId: number, input: CreateDestinationBody): Promise<DestinationView> {
  requireAccount(ctx.actor, accountId);
  const card = findDestinationType(input.type);
  if (card === undefined) throw new AppError('invalid_type', `Destination type not found (${input.type.slice(0, 100)}).`);
  if (!card.details.access)
    throw new AppError('access_denied', `This version does not load into destinations of this type (${card.type}).`);
  const { type } = card;
  const { plain, secret } = parseProperties(card, input.properties);
  return change(ctx, 'destination:new', async (tx, effects) => {
    const { plan } = await getAccount(tx, accountId);
    const { maxDestinations } = planFeatures[plan];
    if ((await listLiveDestinations(tx, accountId)).length >= maxDestinations) {
      throw new AppError('destination_limit_exceeded', `The account is at its destination limit (${maxDestinations}).`);
    }
    const now = ctx.now();
    const id = await nextId(tx, 'connection');
    const name = input.name ?? type;
    const chosen = type === 'duckdb' ? { file: warehouseFileName(id) } : {};
    const row: DestinationRow = {
      id,
      account_id: accountId,
      type,
      name,
      display_name: name,
      description: input.description ?? null,
      properties: mergeProperties(JSON.stringify(chosen), plain),
      created_at: now,
      updated_at: now,
      deleted_at: null,
      paused_at: null,
      system_paused_at: null,
      created_by_credential: actingCredential(ctx.actor),
      partner_id: actingPartner(ctx.actor),
    };
    await insertDestination(tx, row);
    await storeSecrets(ctx.sealer, tx, { kind: 'destination', id }, secret);
    const unmapped = input.ignore_unmapped_sources === true ? [] : await listLiveSourcesOf(tx, accountId, null);
    await bindSources(tx, effects, unmapped, { destinationId: id, now });
    const view = await viewDestination(tx, row, now);
    await recordAudit(ctx, tx, {
      accountId,
      verb: 'destination.create',
      subject: `destination:${id}`,
      after: { type, name, properties: view.properties, credentials: Object.keys(secret), sources: unmapped.map((source) => source.id) },
    });
    effects.destinations.push(id);
    if (!isConfigured(view)) return view;
    await beginCheck(tx, { id, accountId, now });
    return viewDestination(tx, row, now);
  });
}
