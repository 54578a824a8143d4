import type { Invocation } from '../command.ts';
import { connectOperator } from '../operator-client.ts';

export async function run(invocation: Invocation): Promise<number> {
  const [email = ''] = invocation.positionals;
  const { link } = await connectOperator(invocation).call('POST', '/members/links', { email });
  process.stdout.write(
    invocation.flags['json'] === true
      ? `${JSON.stringify({ link })}\n`
      : `${String(link)}\nPass it on: whoever opens it within a day chooses the password of ${email}.\n`,
  );
  return 0;
}
