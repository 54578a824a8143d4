import { findText, type Invocation } from '../command.ts';
import { connectOperator } from '../operator-client.ts';

export async function run(invocation: Invocation): Promise<number> {
  const head = findText(invocation, 'head');
  const query = head === undefined ? '' : `?head=${encodeURIComponent(head)}`;
  const result = await connectOperator(invocation).call('GET', `/audit/verify${query}`);
  const sound = result['ok'] === true;
  if (invocation.flags['json'] === true) process.stdout.write(`${JSON.stringify(result)}\n`);
  else if (sound) process.stdout.write(`The audit log is whole: ${String(result['rows'])} rows, head ${String(result['head'])}.\n`);
  else process.stdout.write(`The audit log was changed at row ${String(result['broken_at'])}.\n`);
  return sound ? 0 : 1;
}
