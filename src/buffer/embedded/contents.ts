import type { BufferedBatch, Stream } from '../buffer.ts';
import { recover } from './recovery.ts';
import { openSegmentFile } from './segment-file.ts';
import { parseStreamKey } from './stream-key.ts';

/** Everything an embedded buffer holds, for copying it elsewhere. */
export interface BufferContents {
  readonly incarnation: string;
  /** Highest position ever assigned. */
  readonly head: number;
  /** Every stream that was ever acknowledged. */
  readonly acknowledged: readonly (Stream & { readonly position: number })[];
  /** In position order. */
  readonly segments: readonly SegmentContents[];
  close(): void;
}

export interface SegmentContents {
  readonly number: number;
  readonly streams: readonly Stream[];
  readonly bytes: number;
  /** The batches of a stream that are not acknowledged, in position order. */
  read(stream: Stream): Iterable<BufferedBatch>;
}

/** Opens the buffer of a stopped server, which nobody else may use meanwhile. Throws when it is in use, damaged or incomplete. */
export function openContents(directory: string): BufferContents {
  const { catalog, segments, head } = recover(directory, 'full');
  return {
    incarnation: catalog.incarnation,
    head,
    acknowledged: [...catalog.acknowledgements()].map(([key, position]) => ({ ...parseStreamKey(key), position })),
    segments: segments.map(({ number, path, parts }) => {
      const streams = [...parts].map(([key, { streamId, bytes }]) => ({ ...parseStreamKey(key), key, streamId, bytes }));
      return {
        number,
        streams: streams.map(({ sourceId, table }) => ({ sourceId, table })),
        bytes: streams.reduce((sum, { bytes }) => sum + bytes, 0),
        *read(stream) {
          const part = streams.find(({ sourceId, table }) => sourceId === stream.sourceId && table === stream.table);
          if (part === undefined) return;
          const file = openSegmentFile(path, { synchronous: 'full', journal: 'keep' });
          try {
            yield* file.read(part.streamId, catalog.acknowledged(part.key));
          } finally {
            file.close();
          }
        },
      };
    }),
    close: () => catalog.close(),
  };
}
