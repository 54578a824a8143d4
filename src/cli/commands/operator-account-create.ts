import { findText, getText, type Invocation } from '../command.ts';
import { connectOperator } from '../operator-client.ts';

export async function run(invocation: Invocation): Promise<number> {
  const email = getText(invocation, 'email');
  const account = await connectOperator(invocation).call('POST', '/accounts', {
    company: getText(invocation, 'company'),
    email,
    name: findText(invocation, 'name') ?? email.split('@')[0],
    plan: findText(invocation, 'plan') ?? 'premium',
  });
  process.stdout.write(
    invocation.flags['json'] === true
      ? `${JSON.stringify(account)}\n`
      : `Account ${String(account['account_id'])} was created, with user ${String(account['user_id'])}.\n`,
  );
  return 0;
}
