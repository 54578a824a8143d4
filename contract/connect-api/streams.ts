import { z } from 'zod';
import { commonErrors, type ErrorRows } from './errors.ts';
import type { ConnectRoute } from './route.ts';
import { plainObject } from './sources.ts';

/** What members may write about a stream; everything else about it is discovered (connect-api.md §7.4). */
export const writableStreamKeys = ['selected', 'replication-method', 'replication-key', 'view-key-properties'] as const;
/** And about a field (connect-api.md §7.5). */
export const writableFieldKeys = ['selected'] as const;

export const replicationMethod = z.enum(['FULL_TABLE', 'INCREMENTAL', 'LOG_BASED']);

/** What is known about a stream or a field; `selected` is null until somebody chose. */
const metadata = z.looseObject({ selected: z.boolean().nullable() });

/** Stream object (connect-api.md §7.1). */
const stream = z.strictObject({
  stream_id: z.int(),
  tap_stream_id: z.string(),
  stream_name: z.string(),
  selected: z.boolean().nullable(),
  metadata,
});

/** Stream with its JSON Schema as text and the metadata of its fields (connect-api.md §7.2). */
const streamSchema = z.strictObject({
  schema: z.string(),
  metadata: z.array(z.strictObject({ breadcrumb: z.array(z.string()), metadata })),
  'non-discoverable-metadata-keys': z.array(z.string()),
});

/** Body of PUT …/streams/metadata. What may be written is judged by the verb, since its errors name keys (connect-api.md §7.3). */
export const writeMetadataBody = z.strictObject({
  streams: z.array(
    // Generated clients send the rest of a stream along.
    z.object({
      tap_stream_id: z.unknown().optional(),
      metadata: z.array(z.object({ breadcrumb: z.array(z.string()), metadata: plainObject })),
    }),
  ),
});

export type Stream = z.infer<typeof stream>;
export type StreamSchema = z.infer<typeof streamSchema>;
export type WriteMetadataBody = z.infer<typeof writeMetadataBody>;

const bareText = { status: 400, shape: 'S4' } as const;

const streamErrors = { ...commonErrors, invalid_json: bareText, invalid_body: bareText, invalid_id: bareText } as const satisfies ErrorRows;

export const streamRoutes = {
  listStreams: {
    method: 'GET',
    path: '/v4/sources/{source_id}/streams',
    summary: 'List the streams discovery found',
    response: z.array(stream),
    errors: streamErrors,
  },
  getStream: {
    method: 'GET',
    path: '/v4/sources/{source_id}/streams/{stream_id}',
    summary: 'Get the schema of a stream and the metadata of its fields',
    response: streamSchema,
    errors: streamErrors,
  },
  writeStreamMetadata: {
    method: 'PUT',
    path: '/v4/sources/{source_id}/streams/metadata',
    summary: 'Choose streams and fields, and how they are replicated',
    body: writeMetadataBody,
    response: z.strictObject({ status: z.literal(200) }),
    errors: { ...streamErrors, invalid_metadata: { status: 400, shape: 'S6' } },
  },
} as const satisfies Record<string, ConnectRoute>;
