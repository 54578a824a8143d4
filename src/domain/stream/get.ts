import { AppError } from '../../../contract/errors.ts';
import { findSource } from '../../store/queries/source.ts';
import { findStream, listStreams as listStreamRows } from '../../store/queries/stream.ts';
import { requireAccount } from '../actor.ts';
import type { DomainContext } from '../context.ts';
import { unknownSource } from '../source/find.ts';
import { viewStream, type StreamView } from './view.ts';

/** The streams the newest discovery of a source found, by `tap_stream_id`; none before the first. Throws `invalid_id`. */
export async function listStreams(ctx: DomainContext, accountId: number, sourceId: number): Promise<StreamView[]> {
  requireAccount(ctx.actor, accountId);
  const { read } = ctx.store;
  if ((await findSource(read, accountId, sourceId)) === undefined) throw unknownSource(sourceId);
  return (await listStreamRows(read, sourceId)).map((row) => viewStream(row));
}

/** One of them. Throws `invalid_id`, naming the stream also where the source is unknown (connect-api.md §2.3). */
export async function getStream(ctx: DomainContext, accountId: number, sourceId: number, streamId: number): Promise<StreamView> {
  requireAccount(ctx.actor, accountId);
  const { read } = ctx.store;
  const source = await findSource(read, accountId, sourceId);
  const row = source && (await findStream(read, sourceId, streamId));
  if (row === undefined) throw new AppError('invalid_id', `Stream not found (${streamId}).`);
  return viewStream(row);
}
