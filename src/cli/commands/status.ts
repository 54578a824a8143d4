import type { Invocation } from '../command.ts';
import { connectOperator } from '../operator-client.ts';
import { formatTable } from '../table.ts';

export async function run(invocation: Invocation): Promise<number> {
  const status = await connectOperator(invocation).call('GET', '/status');
  if (invocation.flags['json'] === true) {
    process.stdout.write(`${JSON.stringify(status)}\n`);
    return 0;
  }
  for (const [title, value] of Object.entries(status)) {
    const rows: Record<string, unknown>[] = Array.isArray(value)
      ? value
      : [typeof value === 'object' && value !== null ? { ...value } : { [title]: value }];
    process.stdout.write(`${title}\n${formatTable(rows)}\n\n`);
  }
  return 0;
}
