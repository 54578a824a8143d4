import { once } from 'node:events';
import type { Invocation } from '../command.ts';
import { connectOperator } from '../operator-client.ts';
import { type Reject, readRejectPage } from '../reject-pages.ts';

export async function run(invocation: Invocation): Promise<number> {
  const client = connectOperator(invocation);
  let after: number | undefined;
  for (;;) {
    const place = { order: 'oldest', limit: '1000', records: 'true', after: after?.toString() };
    const { rejects, next } = await readRejectPage(client, invocation, place);
    for (const reject of rejects) if (!process.stdout.write(`${lineOf(reject)}\n`)) await once(process.stdout, 'drain');
    if (next === null) return 0;
    after = next;
  }
}

/** Record and sequence as they are, to the digit: both are JSON already. */
function lineOf(reject: Reject): string {
  const { id, table, reason, state, rejected_at } = reject;
  const rest = JSON.stringify({ reason, table, rejected_at, id, state }).slice(1);
  return `{"record":${reject.record ?? 'null'},"sequence":${reject.sequence},${rest}`;
}
