import type { Kysely } from 'kysely';
import type { UpdateDestinationBody } from '../../../contract/connect-api/destinations.ts';
import { findDestinationType } from '../../../contract/connect-api/destination-types.ts';
import { AppError } from '../../../contract/errors.ts';
import { clearAlerts } from '../../store/queries/alert.ts';
import { listConnectionSecrets } from '../../store/queries/connection-secret.ts';
import { updateDestinationRow } from '../../store/queries/destination.ts';
import type { Tables } from '../../store/tables.ts';
import { requireAccount } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { beginCheck } from './begin-check.ts';
import { getLiveDestination } from './find.ts';
import { holdSubject } from './hold.ts';
import { isTakenOver, listOwedCredentials } from './owed-credentials.ts';
import { mergeProperties, parseProperties, type PropertyPatch } from './properties.ts';
import { storeSecrets } from './secrets.ts';
import { isConfigured, viewDestination, type DestinationView } from './view.ts';

/**
 * Changes a destination by merge patch and checks it again; loads go on with the new properties at once. A destination that a partner created
 * is the account's own once all its credentials are entered by somebody else; with `takeOver` they have to be.
 * Throws `invalid_id`, `invalid_type` (it never changes), `invalid_properties` (also for another address without the kept credentials),
 * and `not_confirmed` when it is the account's own now.
 */
export async function updateDestination(
  ctx: DomainContext,
  accountId: number,
  destinationId: number,
  input: UpdateDestinationBody,
  { takeOver = false }: { takeOver?: boolean } = {},
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
    const now = ctx.now();
    const before = await viewDestination(tx, row, now);
    await refuseElsewhere(tx, before, { plain, secret });
    const owed = takeOver ? listOwedCredentials(before.card, secret) : [];
    if (owed.length > 0) throw new AppError('invalid_properties', `To take it over, send its credentials again: ${owed.join(', ')}.`);
    const isOwned = row.partner_id !== null && (takeOver || isTakenOver(before, secret, ctx.actor));
    const updated = await updateDestinationRow(tx, destinationId, {
      name: input.name ?? row.name,
      display_name: input.name ?? row.display_name,
      description: input.description === undefined ? row.description : input.description,
      properties: mergeProperties(row.properties, plain),
      partner_id: isOwned ? null : row.partner_id,
      updated_at: now,
    });
    await storeSecrets(ctx.sealer, tx, { kind: 'destination', id: destinationId }, secret);
    const view = await viewDestination(tx, updated, now);
    await recordAudit(ctx, tx, {
      accountId,
      verb: 'destination.update',
      subject,
      before: audited(before),
      after: { ...audited(view), credentials: Object.keys(secret) },
    });
    if (isOwned) effects.cutOff.push(destinationId);
    // Its partner may be stopped next, and would not be found here any more; asked again, this waits again.
    if (isOwned || ctx.changes.isUnconfirmed(subject)) effects.revokes = true;
    if (isOwned) {
      await clearAlerts(tx, [holdSubject(destinationId)], now);
      const verb = 'destination.take_over';
      await recordAudit(ctx, tx, { accountId, verb, subject, before: { partner_id: row.partner_id }, after: { partner_id: null } });
    }
    effects.destinations.push(destinationId);
    if (!isConfigured(view)) return view;
    await beginCheck(tx, { id: destinationId, accountId, now });
    return viewDestination(tx, updated, now);
  });
}

/** A kept credential goes only where it was meant to go: whoever names another server has to know it (ADR 19). */
async function refuseElsewhere(tx: Kysely<Tables>, { row, properties }: DestinationView, { plain, secret }: PropertyPatch): Promise<void> {
  const moved = ['host', 'port'].filter((name) => plain[name] !== undefined && (properties[name] ?? plain[name]) !== plain[name]);
  if (moved.length === 0) return;
  const kept = (await listConnectionSecrets(tx, row.id))
    .map(({ property }) => property)
    .filter((property) => secret[property] === undefined);
  if (kept.length === 0) return;
  throw new AppError('invalid_properties', `To change ${moved.join(' and ')}, send the kept credentials again: ${kept.join(', ')}.`);
}

function audited({ row, properties }: DestinationView): Record<string, unknown> {
  return { name: row.name, description: row.description, properties };
}
