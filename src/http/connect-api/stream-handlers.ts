/** One handler per Connect route of streams; the routes themselves are in contract/connect-api. */
import { writeMetadataBody } from '../../../contract/connect-api/streams.ts';
import { AppError } from '../../../contract/errors.ts';
import { getStream, listStreams } from '../../domain/stream/get.ts';
import { writeStreamMetadata } from '../../domain/stream/write-metadata.ts';
import { parseBody } from '../json-body.ts';
import { parseId } from '../parse-id.ts';
import type { ConnectHandler } from './handlers.ts';
import { presentStream, presentStreamSchema } from './present-stream.ts';

const metadataKeys =
  'The body needs streams, a list of objects with tap_stream_id and metadata, which is a list of objects with breadcrumb and metadata.';

export const streamHandlers = {
  listStreams: async ({ ctx, accountId }, { source_id }) => (await listStreams(ctx, accountId, parseId(source_id))).map(presentStream),
  getStream: async ({ ctx, accountId }, { source_id, stream_id }) =>
    presentStreamSchema(await getStream(ctx, accountId, parseId(source_id), parseId(stream_id))),
  writeStreamMetadata: async ({ ctx, accountId }, { source_id }, body) => {
    await writeStreamMetadata(ctx, accountId, parseId(source_id), parseMetadata(body));
    return { status: 200 };
  },
} satisfies Record<string, ConnectHandler>;

function parseMetadata(body: unknown): ReturnType<typeof writeMetadataBody.parse> {
  try {
    return parseBody(writeMetadataBody, body);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError('invalid_body', metadataKeys, {}, { cause: error });
  }
}
