import { CommandError, getText, type Invocation } from '../command.ts';
import { connectOperator } from '../operator-client.ts';

export async function run(invocation: Invocation): Promise<number> {
  const id = getText(invocation, 'account');
  if (!/^\d+$/.test(id)) throw new CommandError('--account must be an account id, a number.', 64);
  const { hook_key: key } = await connectOperator(invocation).call('GET', `/accounts/${id}/hook-key`);
  process.stdout.write(invocation.flags['json'] === true ? `${JSON.stringify({ hook_key: key })}\n` : `${String(key)}\n`);
  return 0;
}
