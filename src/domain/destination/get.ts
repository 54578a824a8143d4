import { AppError } from '../../../contract/errors.ts';
import { findSource } from '../../store/queries/source.ts';
import { findConnectionCheck, type ConnectionCheckRow } from '../../store/queries/connection-check.ts';
import { listLiveDestinations } from '../../store/queries/destination.ts';
import { requireAccount } from '../actor.ts';
import type { DomainContext } from '../context.ts';
import { getLiveDestination } from './find.ts';
import { viewDestination, type DestinationView } from './view.ts';

/** A destination in use. Throws `invalid_id`. */
export async function getDestination(ctx: DomainContext, accountId: number, destinationId: number): Promise<DestinationView> {
  requireAccount(ctx.actor, accountId);
  const { read } = ctx.store;
  return viewDestination(read, await getLiveDestination(read, accountId, destinationId), ctx.now());
}

/** The newest check of a destination in use. Throws `invalid_id`, `not_found` before the first. */
export async function getDestinationCheck(ctx: DomainContext, accountId: number, destinationId: number): Promise<ConnectionCheckRow> {
  requireAccount(ctx.actor, accountId);
  const { read } = ctx.store;
  const { id } = await getLiveDestination(read, accountId, destinationId);
  const check = await findConnectionCheck(read, id);
  if (check === undefined) throw new AppError('not_found', `Destination ${id} has not been checked yet.`);
  return check;
}

/** The account's destinations in use, oldest first; with filters only the one, or the one a source loads into. */
export async function listDestinations(
  ctx: DomainContext,
  accountId: number,
  filter: { destinationId?: number | undefined; sourceId?: number | undefined } = {},
): Promise<DestinationView[]> {
  requireAccount(ctx.actor, accountId);
  const { read } = ctx.store;
  const { destinationId, sourceId } = filter;
  const source = sourceId === undefined ? undefined : await findSource(read, accountId, sourceId);
  const rows = (await listLiveDestinations(read, accountId)).filter(
    ({ id }) => (destinationId === undefined || id === destinationId) && (sourceId === undefined || id === source?.destination_id),
  );
  return Promise.all(rows.map((row) => viewDestination(read, row, ctx.now())));
}
