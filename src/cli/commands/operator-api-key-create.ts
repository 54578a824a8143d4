import { CommandError, getText, type Invocation } from '../command.ts';
import { connectOperator } from '../operator-client.ts';

export async function run(invocation: Invocation): Promise<number> {
  const account = getText(invocation, 'account');
  if (!/^\d+$/.test(account)) throw new CommandError('--account must be an account id, a number.', 64);
  const key = await connectOperator(invocation).call('POST', `/accounts/${account}/api-keys`, {
    description: getText(invocation, 'description'),
  });
  process.stdout.write(
    invocation.flags['json'] === true
      ? `${JSON.stringify({ id: key['id'], api_key: key['api_key'] })}\n`
      : `${String(key['api_key'])}\nThis is the only time the key is shown. Keep it secret.\n`,
  );
  return 0;
}
