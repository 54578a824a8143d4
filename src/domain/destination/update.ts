import type { UpdateDestinationBody } from '../../../contract/connect-api/destinations.ts';
import { findDestinationType } from '../../../contract/connect-api/destination-types.ts';
import { AppError } from '../../../contract/errors.ts';
import { updateDestinationRow } from '../../store/queries/destination.ts';
import { requireAccount } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { beginCheck } from './begin-check.ts';
import { getLiveDestination } from './find.ts';
import { mergeProperties, parseProperties } from './properties.ts';
import { storeSecrets } from './secrets.ts';
import { isConfigured, viewDestination, type DestinationView } from './view.ts';

/**
 * Changes a destination by merge patch and checks it again; loads go on with the new properties at once.
 * Throws `invalid_id`, `invalid_type` (it never changes), `invalid_properties`.
 */
export async function updateDestination(
  ctx: DomainContext,
  accountId: number,
  destinationId: number,
  input: UpdateDestinationBody,
): Promise<DestinationView> {
  requireAccount(ctx.actor, accountId);
  const subject = `destination:${destinationId}`;
  return change(ctx, subject, async (tx, effects) => {
    const row = await getLiveDestination(tx, accountId, destinationId);
    if (input.type !== undefined && input.type !== row.type)
      throw new AppError('invalid_type', 'The type of a destination cannot be modified.');
    const card = findDestinationType(row.type);
    if (card === undefined) throw new Error(`no destination type ${row.type}`);
    const { plain, secret } = parseProperties(card, input.properties ?? {});
    const before = await viewDestination(tx, row);
    const now = ctx.now();
    const updated = await updateDestinationRow(tx, destinationId, {
      name: input.name ?? row.name,
      display_name: input.name ?? row.display_name,
      description: input.description === undefined ? row.description : input.description,
      properties: mergeProperties(row.properties, plain),
      updated_at: now,
    });
    await storeSecrets(ctx.sealer, tx, { kind: 'destination', id: destinationId }, secret);
    const view = await viewDestination(tx, updated);
    await recordAudit(ctx, tx, {
      accountId,
      verb: 'destination.update',
      subject,
      before: audited(before),
      after: { ...audited(view), credentials: Object.keys(secret) },
    });
    effects.destinations.push(destinationId);
    if (!isConfigured(view)) return view;
    await beginCheck(tx, { id: destinationId, accountId, now });
    return viewDestination(tx, updated);
  });
}

function audited({ row, properties }: DestinationView): Record<string, unknown> {
  return { name: row.name, description: row.description, properties };
}
