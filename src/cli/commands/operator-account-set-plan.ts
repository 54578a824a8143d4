import { CommandError, getText, type Invocation } from '../command.ts';
import { connectOperator } from '../operator-client.ts';

export async function run(invocation: Invocation): Promise<number> {
  const id = getText(invocation, 'account');
  if (!/^\d+$/.test(id)) throw new CommandError('--account must be an account id, a number.', 64);
  const account = await connectOperator(invocation).call('POST', `/accounts/${id}/plan`, { plan: getText(invocation, 'plan') });
  process.stdout.write(
    invocation.flags['json'] === true ? `${JSON.stringify(account)}\n` : `Account ${id} is on the plan ${String(account['plan'])} now.\n`,
  );
  return 0;
}
