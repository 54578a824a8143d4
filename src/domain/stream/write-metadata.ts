import { findSourceType } from '../../../contract/connect-api/source-types.ts';
import type { WriteMetadataBody } from '../../../contract/connect-api/streams.ts';
import { listStreams, updateStream } from '../../store/queries/stream.ts';
import { requireAccount } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { getLiveSource } from '../source/find.ts';
import { planMetadata } from './plan-metadata.ts';

/** Streams named in one audit row; the count says how many there were. */
const maxAudited = 50;

/** Merges what members choose into the metadata of streams, all of it or nothing. Throws `invalid_id`, `invalid_metadata`. */
export async function writeStreamMetadata(ctx: DomainContext, accountId: number, sourceId: number, body: WriteMetadataBody): Promise<void> {
  requireAccount(ctx.actor, accountId);
  const subject = `source:${sourceId}`;
  await change(ctx, subject, async (tx) => {
    const { type } = await getLiveSource(tx, accountId, sourceId);
    const writes = planMetadata(await listStreams(tx, sourceId), body, { logBased: readsLogs(type) });
    for (const { row, written } of writes) await updateStream(tx, row.id, { written: JSON.stringify(written) });
    await recordAudit(ctx, tx, {
      accountId,
      verb: 'stream.write_metadata',
      subject,
      after: {
        count: writes.length,
        streams: writes.slice(0, maxAudited).map(({ row, stream, fields }) => ({ tap_stream_id: row.tap_stream_id, ...stream, fields })),
      },
    });
  });
}

/** Types whose taps read the log of a database say so with a property; of types without a card the tap knows. */
function readsLogs(type: string): boolean {
  const card = findSourceType(type);
  return card === undefined || card.steps.some(({ properties }) => properties.some(({ name }) => name === 'use_log_based_replication'));
}
