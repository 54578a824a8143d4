/** `thimble stream …`: what sources offer and what is chosen of it, through the Connect API. */
import { replicationMethod, type WriteMetadataBody } from '../../../contract/connect-api/streams.ts';
import { CommandError, findText, type Invocation } from '../command.ts';
import { connectApi, getId, getOwnId, printList, printReply } from '../connect-client.ts';
import { formatTable } from '../table.ts';

type Entry = WriteMetadataBody['streams'][number]['metadata'][number];

export async function list(invocation: Invocation): Promise<number> {
  const streams = await connectApi(invocation).call('listStreams', { params: { source_id: getId(invocation, 'source') } });
  return printList(invocation, streams, (stream) => ({
    id: stream.stream_id,
    tap_stream_id: stream.tap_stream_id,
    name: stream.stream_name,
    selected: stream.selected ?? '',
    method: stream.metadata['forced-replication-method'] ?? stream.metadata['replication-method'],
    key: stream.metadata['replication-key'],
  }));
}

export async function get(invocation: Invocation): Promise<number> {
  const params = { source_id: getId(invocation, 'source'), stream_id: getOwnId(invocation, 'stream') };
  const stream = await connectApi(invocation).call('getStream', { params });
  return printReply(invocation, stream, () =>
    formatTable(
      stream.metadata
        .filter(({ breadcrumb }) => breadcrumb.length === 2)
        .map(({ breadcrumb, metadata }) => ({
          field: breadcrumb[1],
          inclusion: metadata['inclusion'],
          selected: metadata.selected ?? '',
          by_default: metadata['selected-by-default'],
          type: metadata['sql-datatype'],
        })),
    ),
  );
}

/** Selects a stream, or with `--field` fields of it; `--off` deselects. */
export async function select(invocation: Invocation): Promise<number> {
  const [tapStreamId = ''] = invocation.positionals;
  const selected = invocation.flags['off'] !== true;
  const fields = listOf(invocation, 'field');
  const metadata = fields.map((field): Entry => ({ breadcrumb: ['properties', field], metadata: { selected } }));
  const ofStream = {
    ...(fields.length === 0 ? { selected } : {}),
    ...findReplication(invocation),
  };
  if (Object.keys(ofStream).length > 0) metadata.unshift({ breadcrumb: [], metadata: ofStream });
  const params = { source_id: getId(invocation, 'source') };
  const body = { streams: [{ tap_stream_id: tapStreamId, metadata }] };
  const reply = await connectApi(invocation).call('writeStreamMetadata', { params, body });
  const what = fields.length === 0 ? tapStreamId : `${fields.join(', ')} of ${tapStreamId}`;
  return printReply(invocation, reply, () => `${what}: ${selected ? 'selected' : 'deselected'}.`);
}

function findReplication(invocation: Invocation): Record<string, unknown> {
  const method = findText(invocation, 'method')?.toUpperCase();
  if (method !== undefined && !replicationMethod.safeParse(method).success)
    throw new CommandError(`--method must be one of ${replicationMethod.options.join(', ')}.`, 64);
  const key = findText(invocation, 'key');
  const viewKeys = listOf(invocation, 'view-key');
  return {
    ...(method === undefined ? {} : { 'replication-method': method }),
    ...(key === undefined ? {} : { 'replication-key': key }),
    ...(viewKeys.length === 0 ? {} : { 'view-key-properties': viewKeys }),
  };
}

function listOf(invocation: Invocation, flag: string): string[] {
  return (findText(invocation, flag) ?? '').split(',').filter((name) => name !== '');
}
