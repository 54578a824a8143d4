/** `thimble source …`: sources through the Connect API, and discovery from a file through the operator socket. */
import { readFileSync } from 'node:fs';
import type { ConnectReply } from '../../../client/connect-api.ts';
import { CommandError, findId, findText, getText, type Invocation } from '../command.ts';
import { connectApi, findObject, getId, getOwnId, printList, printReply } from '../connect-client.ts';
import { connectOperator } from '../operator-client.ts';
import { formatTable } from '../table.ts';

type Source = ConnectReply<'getSource'>;

export async function list(invocation: Invocation): Promise<number> {
  return printList(invocation, await connectApi(invocation).call('listSources', {}), toRow);
}

export async function get(invocation: Invocation): Promise<number> {
  return print(invocation, await connectApi(invocation).call('getSource', { params: { source_id: getOwnId(invocation, 'source') } }));
}

export async function create(invocation: Invocation): Promise<number> {
  const properties = findObject(invocation, 'properties');
  const destinationId = findId(invocation, 'destination');
  const body = {
    type: getText(invocation, 'type'),
    display_name: getText(invocation, 'name'),
    ...(properties === undefined ? {} : { properties }),
    ...(destinationId === undefined ? {} : { destination_id: destinationId }),
  };
  return print(invocation, await connectApi(invocation).call('createSource', { body }));
}

export async function update(invocation: Invocation): Promise<number> {
  const displayName = findText(invocation, 'name');
  const properties = findObject(invocation, 'properties');
  const destinationId = findId(invocation, 'destination');
  const body = {
    ...(displayName === undefined ? {} : { display_name: displayName }),
    ...(properties === undefined ? {} : { properties }),
    ...(destinationId === undefined ? {} : { destination_id: destinationId }),
  };
  if (Object.keys(body).length === 0) throw new CommandError('Give --name, --properties or --destination.', 64);
  const params = { source_id: getOwnId(invocation, 'source') };
  return print(invocation, await connectApi(invocation).call('updateSource', { params, body }));
}

export async function pause(invocation: Invocation): Promise<number> {
  return setPaused(invocation, new Date().toISOString());
}

export async function unpause(invocation: Invocation): Promise<number> {
  return setPaused(invocation, null);
}

export async function remove(invocation: Invocation): Promise<number> {
  return print(invocation, await connectApi(invocation).call('deleteSource', { params: { source_id: getOwnId(invocation, 'source') } }));
}

export async function discover(invocation: Invocation): Promise<number> {
  const sourceId = getId(invocation, 'source');
  const catalog = readCatalog(getText(invocation, 'catalog'));
  const found = await connectOperator(invocation).call('POST', `/sources/${sourceId}/discoveries`, catalog);
  return printReply(
    invocation,
    found,
    () => `${String(found['found'])} streams were found, ${String(found['added'])} of them new; ${String(found['gone'])} are gone.`,
  );
}

async function setPaused(invocation: Invocation, pausedAt: string | null): Promise<number> {
  const params = { source_id: getOwnId(invocation, 'source') };
  return print(invocation, await connectApi(invocation).call('updateSource', { params, body: { paused_at: pausedAt } }));
}

function readCatalog(file: string): unknown {
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandError(`The catalog cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new CommandError(`${file} is not JSON.`);
  }
}

function print(invocation: Invocation, source: Source): number {
  return printReply(invocation, source, () => formatTable([toRow(source)]));
}

function toRow(source: Source): Record<string, unknown> {
  const { deleted_at: deletedAt, paused_at: pausedAt, system_paused_at: systemPausedAt } = source;
  const state = deletedAt !== null ? 'deleted' : pausedAt !== null ? 'paused' : systemPausedAt !== null ? 'paused by Thimble' : 'active';
  return {
    id: source.id,
    type: source.type,
    name: source.name,
    display_name: source.display_name,
    state,
    step: source.report_card.current_step_type,
  };
}
