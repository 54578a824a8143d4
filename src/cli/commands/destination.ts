/** `thimble destination …`: destinations through the Connect API. */
import type { ConnectReply } from '../../../client/connect-api.ts';
import { CommandError, findText, getText, type Invocation } from '../command.ts';
import { connectApi, findObject, getOwnId, printList, printReply } from '../connect-client.ts';
import { formatTable } from '../table.ts';

type Destination = ConnectReply<'getDestination'>;

export async function list(invocation: Invocation): Promise<number> {
  return printList(invocation, await connectApi(invocation).call('listDestinations', {}), toRow);
}

export async function get(invocation: Invocation): Promise<number> {
  const params = { destination_id: getOwnId(invocation, 'destination') };
  return print(invocation, await connectApi(invocation).call('getDestination', { params }));
}

export async function create(invocation: Invocation): Promise<number> {
  const body = { type: getText(invocation, 'type'), properties: findObject(invocation, 'properties') ?? {}, ...findNames(invocation) };
  return print(invocation, await connectApi(invocation).call('createDestination', { body }));
}

export async function update(invocation: Invocation): Promise<number> {
  const properties = findObject(invocation, 'properties');
  const body = { ...(properties === undefined ? {} : { properties }), ...findNames(invocation) };
  if (Object.keys(body).length === 0) throw new CommandError('Give --properties, --name or --description.', 64);
  const params = { destination_id: getOwnId(invocation, 'destination') };
  return print(invocation, await connectApi(invocation).call('updateDestination', { params, body }));
}

export async function remove(invocation: Invocation): Promise<number> {
  const id = getOwnId(invocation, 'destination');
  const reply = await connectApi(invocation).call('deleteDestination', { params: { destination_id: id } });
  return printReply(invocation, reply, () => `Destination ${id} was deleted.`);
}

function findNames(invocation: Invocation): { name?: string; description?: string } {
  const name = findText(invocation, 'name');
  const description = findText(invocation, 'description');
  return { ...(name === undefined ? {} : { name }), ...(description === undefined ? {} : { description }) };
}

function print(invocation: Invocation, destination: Destination): number {
  return printReply(invocation, destination, () => formatTable([toRow(destination)]));
}

function toRow({ id, type, name, report_card: card }: Destination): Record<string, unknown> {
  return { id, type, name, step: card.current_step_type };
}
