import { CommandError, type Invocation } from '../command.ts';
import { connectOperator } from '../operator-client.ts';

export async function run(invocation: Invocation): Promise<number> {
  const [id = ''] = invocation.positionals;
  if (!/^\d{1,15}$/.test(id)) throw new CommandError('Give the id of a message, a number.', 64);
  const mail = await connectOperator(invocation).call('GET', `/mail/${id}`);
  process.stdout.write(
    invocation.flags['json'] === true
      ? `${JSON.stringify(mail)}\n`
      : `To: ${String(mail['recipient'])}\nSubject: ${String(mail['subject'])}\n\n${String(mail['text'])}`,
  );
  return 0;
}
