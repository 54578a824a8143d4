/** A client that pushes as fast as it is answered and remembers what was acknowledged. */
import { send } from './test-app.ts';

export interface PushedLog {
  /** Ids of keyed rows that got a 2xx, with the greatest sequence acknowledged for each. */
  readonly keyed: Map<number, bigint>;
  /** Ids of append-only rows that got a 2xx. */
  readonly appended: Set<number>;
  /** Ids that were sent and got no answer: they may or may not have been stored. */
  readonly unanswered: Set<number>;
}

export function createPushedLog(): PushedLog {
  return { keyed: new Map(), appended: new Set(), unanswered: new Set() };
}

/**
 * Sends requests of `size` messages, alternately to a keyed and an append-only table, until `signal` aborts or the server is gone.
 * Ids come from `nextId`, so every message is distinct; every third keyed row updates an earlier one.
 */
export async function pushUntil(
  signal: AbortSignal,
  { url, token, size, nextId, log }: { url: URL; token: string; size: number; nextId: () => number; log: PushedLog },
): Promise<void> {
  for (let round = 0; !signal.aborted; round += 1) {
    const isKeyed = round % 2 === 0;
    const ids = Array.from({ length: size }, nextId);
    const messages = ids.map((id) => ({
      id,
      row: isKeyed && id % 3 === 0 && id > 300 ? id - 300 : id,
      sequence: 1_795_253_001_779_000_000n + BigInt(id),
    }));
    const texts = messages.map(
      ({ id, row, sequence }) => `{"action":"upsert","sequence":${sequence},"data":{"id":${row},"mark":${id},"tags":["a","b"]}}`,
    );
    const envelope = `{"table_name":"${isKeyed ? 'keyed' : 'appended'}","schema":{},"key_names":${isKeyed ? '["id"]' : '[]'},"messages":[${texts.join(',')}]}`;
    let status = 0;
    try {
      ({ status } = await send(url, 'POST', '/v2/import/batch', { token, body: envelope }));
    } catch {
      for (const id of ids) log.unanswered.add(id);
      return;
    }
    if (status !== 201) {
      if (status === 503) continue;
      throw new Error(`The server answered ${status}.`);
    }
    for (const { id, row, sequence } of messages) {
      if (!isKeyed) log.appended.add(id);
      else if (sequence > (log.keyed.get(row) ?? 0n)) log.keyed.set(row, sequence);
    }
  }
}
