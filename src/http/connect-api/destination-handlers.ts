/** One handler per Connect route of destinations; the routes themselves are in contract/connect-api. */
import { findDestinationType, destinationTypes, listDestinationProperties } from '../../../contract/connect-api/destination-types.ts';
import {
  createDestinationBody,
  destinationV3Body,
  listDestinationsQuery,
  updateDestinationBody,
  type UpdateDestinationBody,
} from '../../../contract/connect-api/destinations.ts';
import { AppError } from '../../../contract/errors.ts';
import { createDestination } from '../../domain/destination/create.ts';
import { deleteDestination } from '../../domain/destination/delete.ts';
import { getDestination, listDestinations } from '../../domain/destination/get.ts';
import { updateDestination } from '../../domain/destination/update.ts';
import { parseId } from '../parse-id.ts';
import type { ConnectHandler } from './handlers.ts';
import { parseKeys } from './parse-keys.ts';
import { presentDestination, presentDestinationV3 } from './present-destination.ts';

const createKeys =
  'A destination takes type, properties (a map of names to values) and, if you like, name, description and ignore_unmapped_sources (a boolean).';
const updateKeys = 'A destination takes properties (a map of names to values), name and description; type only unchanged.';
const usableTypes = destinationTypes.filter(({ details }) => details.access).map(({ type }) => type);
const v3Keys = `A destination takes type (one of ${usableTypes.join(', ')}) and connection (a map of names to values).`;

export const destinationHandlers = {
  createDestination: async ({ ctx, accountId }, _params, body) =>
    presentDestination(await createDestination(ctx, accountId, parseKeys(createDestinationBody, body, createKeys))),
  listDestinations: async ({ ctx, accountId }, _params, _body, query) => {
    const asked = listDestinationsQuery.safeParse(query);
    if (!asked.success) throw new AppError('invalid_query', 'Only the query parameters source_id and destination_id are allowed.');
    const { source_id: sourceId, destination_id: destinationId } = asked.data;
    const filter = {
      sourceId: sourceId === undefined ? undefined : parseId(sourceId),
      destinationId: destinationId === undefined ? undefined : parseId(destinationId),
    };
    return (await listDestinations(ctx, accountId, filter)).map(presentDestination);
  },
  getDestination: async ({ ctx, accountId }, { destination_id }) =>
    presentDestination(await getDestination(ctx, accountId, parseId(destination_id))),
  updateDestination: async ({ ctx, accountId }, { destination_id }, body) =>
    presentDestination(await updateDestination(ctx, accountId, parseId(destination_id), parseUpdate(body))),
  deleteDestination: async ({ ctx, accountId }, { destination_id }) => {
    await deleteDestination(ctx, accountId, parseId(destination_id));
    return {};
  },
} satisfies Record<string, ConnectHandler>;

export const destinationV3Handlers = {
  createDestinationV3: async ({ ctx, accountId }, _params, body) => {
    const { type, connection } = parseKeys(destinationV3Body, body, v3Keys);
    return presentDestinationV3(await createDestination(ctx, accountId, { type, properties: connection }));
  },
  // The old shape knows one destination: the oldest.
  listDestinationsV3: async ({ ctx, accountId }) => (await listDestinations(ctx, accountId)).slice(0, 1).map(presentDestinationV3),
  updateDestinationV3: async ({ ctx, accountId }, { destination_id }, body) => {
    const { type, connection } = parseKeys(destinationV3Body, body, v3Keys);
    return presentDestinationV3(await updateDestination(ctx, accountId, parseId(destination_id), { type, properties: connection }));
  },
} satisfies Record<string, ConnectHandler>;

export const destinationTypeHandlers = {
  listDestinationTypes: async () => destinationTypes,
  getDestinationType: async (_session, { type = '' }) => {
    const card = findDestinationType(type);
    if (card === undefined) throw new AppError('invalid_type', `Destination type not found (${type}).`);
    return card;
  },
} satisfies Record<string, ConnectHandler>;

/** The body, also when a client sends the properties without their wrapper (connect-api.md §9.1). */
function parseUpdate(body: unknown): UpdateDestinationBody {
  const names = typeof body === 'object' && body !== null ? Object.keys(body) : [];
  const isBare = names.length > 0 && names.every((name) => !(name in updateDestinationBody.shape) && isProperty(name));
  const update = parseKeys(updateDestinationBody, isBare ? { properties: body } : body, updateKeys);
  if (names.length === 0) throw new AppError('invalid_body', updateKeys);
  return update;
}

function isProperty(name: string): boolean {
  return destinationTypes.some((card) => listDestinationProperties(card).some((property) => property.name === name));
}
