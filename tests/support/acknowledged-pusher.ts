/** A client that pushes as fast as it is answered, over every surface in turn, and remembers what was acknowledged. */
import transit from 'transit-js';
import { send } from './test-app.ts';

/** Every message has a mark of its own, and this plus the mark as its sequence: 19 digits, beyond what a double holds. */
export const firstSequence = 1_795_253_001_779_000_000n;

/** The last turn of every four is the only one that fills the append-only table, as a push cannot. */
const turns = ['batch', 'push', 'transit', 'append'] as const;
type Turn = (typeof turns)[number];

export interface PushedLog {
  /** Ids of keyed rows that got a 2xx, with the greatest mark acknowledged for each. */
  readonly keyed: Map<number, number>;
  /** Marks of append-only rows that got a 2xx. */
  readonly appended: Set<number>;
  /** Marks that were sent and got no answer: they may or may not have been stored. */
  readonly unanswered: Set<number>;
  /** Requests that got a 2xx. */
  readonly requests: Record<Turn, number>;
}

export function createPushedLog(): PushedLog {
  return { keyed: new Map(), appended: new Set(), unanswered: new Set(), requests: { batch: 0, push: 0, transit: 0, append: 0 } };
}

interface Message {
  readonly mark: number;
  readonly row: number;
}

/**
 * Sends requests of `size` messages until `signal` aborts or the server is gone: batches, pushes and Transit pushes of one keyed table,
 * and batches of an append-only one. Marks come from `nextMark`; every third keyed message updates an earlier row.
 */
export async function pushUntil(
  signal: AbortSignal,
  {
    url,
    token,
    accountId,
    size,
    nextMark,
    log,
  }: { url: URL; token: string; accountId: number; size: number; nextMark: () => number; log: PushedLog },
): Promise<void> {
  for (let round = 0; !signal.aborted; round += 1) {
    // The remainder is in range.
    const turn = turns[round % turns.length]!;
    const marks = Array.from({ length: size }, nextMark);
    const messages = marks.map((mark) => ({ mark, row: turn !== 'append' && mark % 3 === 0 && mark > 300 ? mark - 300 : mark }));
    let status = 0;
    try {
      ({ status } = await send(url, 'POST', turn === 'batch' || turn === 'append' ? '/v2/import/batch' : '/v2/import/push', {
        token,
        body: writers[turn](messages, accountId),
        headers: { 'content-type': turn === 'transit' ? 'application/transit+json' : 'application/json' },
      }));
    } catch {
      for (const mark of marks) log.unanswered.add(mark);
      return;
    }
    if (status === 503) continue;
    if (status !== 201) throw new Error(`The server answered a ${turn} with ${status}.`);
    log.requests[turn] += 1;
    for (const { mark, row } of messages) {
      if (turn === 'append') log.appended.add(mark);
      else log.keyed.set(row, Math.max(mark, log.keyed.get(row) ?? 0));
    }
  }
}

const sequenceOf = ({ mark }: Message): string => String(firstSequence + BigInt(mark));
const dataOf = ({ mark, row }: Message): object => ({ id: row, mark, tags: ['a', 'b'] });
const keyed = { table_name: 'keyed', action: 'upsert', key_names: ['id'] };
const transitWriter = transit.writer('json');

const writers: Record<Turn, (messages: readonly Message[], accountId: number) => string> = {
  batch: (messages) => batch('keyed', ['id'], messages),
  append: (messages) => batch('appended', [], messages),
  push: (messages, client_id) =>
    `[${messages.map((message) => JSON.stringify({ ...keyed, client_id, data: dataOf(message) }).replace('{', `{"sequence":${sequenceOf(message)},`)).join(',')}]`,
  transit: (messages, client_id) =>
    transitWriter.write(
      messages.map((message) => ({ ...keyed, client_id, sequence: transit.integer(sequenceOf(message)), data: dataOf(message) })),
    ),
};

function batch(table: string, keys: readonly string[], messages: readonly Message[]): string {
  const schema = { properties: { id: { type: 'integer' }, mark: { type: 'integer' }, tags: { type: 'array', items: { type: 'string' } } } };
  const texts = messages.map(
    (message) => `{"action":"upsert","sequence":${sequenceOf(message)},"data":${JSON.stringify(dataOf(message))}}`,
  );
  return `{"table_name":"${table}","schema":${JSON.stringify(schema)},"key_names":${JSON.stringify(keys)},"messages":[${texts.join(',')}]}`;
}
