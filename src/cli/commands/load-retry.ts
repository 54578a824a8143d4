import { findId, findText, type Invocation } from '../command.ts';
import { connectOperator } from '../operator-client.ts';
import { formatTable } from '../table.ts';

export async function run(invocation: Invocation): Promise<number> {
  const request = { source_id: findId(invocation, 'source'), table: findText(invocation, 'table') };
  const { streams } = await connectOperator(invocation).call('POST', '/loads/retry', request);
  const rows = Array.isArray(streams) ? streams : [];
  if (invocation.flags['json'] === true) process.stdout.write(`${JSON.stringify(rows)}\n`);
  else
    process.stdout.write(rows.length === 0 ? 'Nothing waits.\n' : `${formatTable(rows)}\nTried now; "thimble status" shows how it went.\n`);
  return 0;
}
