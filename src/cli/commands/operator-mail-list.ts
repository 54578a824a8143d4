import type { Invocation } from '../command.ts';
import { connectOperator } from '../operator-client.ts';
import { formatTable } from '../table.ts';

export async function run(invocation: Invocation): Promise<number> {
  const { mail } = await connectOperator(invocation).call('GET', '/mail');
  const rows = Array.isArray(mail) ? mail : [];
  process.stdout.write(invocation.flags['json'] === true ? `${JSON.stringify(rows)}\n` : `${formatTable(rows)}\n`);
  return 0;
}
