import type { Invocation } from '../command.ts';
import { connectOperator } from '../operator-client.ts';
import { formatTable } from '../table.ts';

export async function run(invocation: Invocation): Promise<number> {
  const { accounts } = await connectOperator(invocation).call('GET', '/accounts');
  const rows = Array.isArray(accounts) ? accounts : [];
  process.stdout.write(invocation.flags['json'] === true ? `${JSON.stringify(rows)}\n` : `${formatTable(rows)}\n`);
  return 0;
}
