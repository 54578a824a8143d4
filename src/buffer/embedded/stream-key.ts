import type { Stream } from '../buffer.ts';

/** One text per stream, for maps; lone surrogates become U+FFFD, as they do on disk. */
export function streamKey(stream: Stream): string {
  return `${stream.sourceId}:${stream.table.toWellFormed()}`;
}

/** The stream of a `streamKey`. */
export function parseStreamKey(key: string): Stream {
  const colon = key.indexOf(':');
  return { sourceId: Number(key.slice(0, colon)), table: key.slice(colon + 1) };
}
