import type { accountDestinationRoutes } from '../../../contract/account-api/destinations.ts';
import { checkDestination } from '../../domain/destination/check.ts';
import { createDestination } from '../../domain/destination/create.ts';
import { deleteDestination } from '../../domain/destination/delete.ts';
import { getDestination, listDestinations } from '../../domain/destination/get.ts';
import { takeOverDestination } from '../../domain/destination/take-over.ts';
import { updateDestination } from '../../domain/destination/update.ts';
import { listSources } from '../../domain/source/list.ts';
import { listOfferedTypes, withImplied } from './destination-forms.ts';
import type { AccountHandlers } from './options.ts';
import { presentDestination } from './present-destination.ts';

/** Handlers of the routes about destinations. */
export const destinationHandlers: AccountHandlers<keyof typeof accountDestinationRoutes> = {
  listDestinationTypes: async () => listOfferedTypes(),
  listDestinations: async ({ ctx, accountId }) => {
    const sources = await listSources(ctx, accountId);
    return (await listDestinations(ctx, accountId)).map((view) => presentDestination(view, sources));
  },
  getDestination: async ({ ctx, accountId }, { params }) =>
    presentDestination(await getDestination(ctx, accountId, params.destination_id), await listSources(ctx, accountId)),
  createDestination: async ({ ctx, accountId }, { body }) => {
    const created = await createDestination(ctx, accountId, {
      type: body.type,
      name: body.display_name,
      properties: withImplied(body.type, body.properties),
      ...(body.description === undefined ? {} : { description: body.description }),
    });
    return presentDestination(created, await listSources(ctx, accountId));
  },
  updateDestination: async ({ ctx, accountId }, { params, body }) => {
    const updated = await updateDestination(ctx, accountId, params.destination_id, {
      ...(body.display_name === undefined ? {} : { name: body.display_name }),
      ...(body.description === undefined ? {} : { description: body.description }),
      ...(body.properties === undefined ? {} : { properties: toPatch(body.properties) }),
    });
    return presentDestination(updated, await listSources(ctx, accountId));
  },
  takeOverDestination: async ({ ctx, accountId }, { params, body }) => {
    const taken = await takeOverDestination(ctx, accountId, params.destination_id, { properties: toPatch(body.properties) });
    return presentDestination(taken, await listSources(ctx, accountId));
  },
  checkDestination: async ({ ctx, accountId }, { params }) =>
    presentDestination(await checkDestination(ctx, accountId, params.destination_id), await listSources(ctx, accountId)),
  deleteDestination: ({ ctx, accountId }, { params }) => deleteDestination(ctx, accountId, params.destination_id),
};

/** What is emptied in a form is cleared. */
function toPatch(properties: Readonly<Record<string, string>>): Record<string, string | null> {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, value === '' ? null : value]));
}
