import { CommandError, findText, type Invocation } from '../command.ts';
import { connectOperator } from '../operator-client.ts';
import { formatTable } from '../table.ts';

export async function run(invocation: Invocation): Promise<number> {
  const [sql = ''] = invocation.positionals;
  const { rows } = await connectOperator(invocation).call('POST', '/query', { sql, ...accountOf(invocation) });
  const list = Array.isArray(rows) ? rows : [];
  process.stdout.write(invocation.flags['json'] === true ? `${JSON.stringify(list)}\n` : `${formatTable(list)}\n`);
  return 0;
}

/** The `account_id` field of a call, when the command was given `--account`. */
export function accountOf(invocation: Invocation): { account_id?: number } {
  const account = findText(invocation, 'account');
  if (account === undefined) return {};
  if (!/^\d+$/.test(account)) throw new CommandError('--account must be an account id, a number.', 64);
  return { account_id: Number(account) };
}
