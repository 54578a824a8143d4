import { findText, type Invocation } from '../command.ts';
import { connectOperator } from '../operator-client.ts';
import { readRejectPage } from '../reject-pages.ts';
import { formatTable } from '../table.ts';

export async function run(invocation: Invocation): Promise<number> {
  const place = { order: 'newest', limit: findText(invocation, 'limit'), after: findText(invocation, 'before') };
  const { rejects, next } = await readRejectPage(connectOperator(invocation), invocation, place);
  if (invocation.flags['json'] === true) process.stdout.write(`${JSON.stringify({ rejects, next })}\n`);
  else {
    process.stdout.write(`${formatTable(rejects.map((reject) => ({ ...reject })))}\n`);
    if (next !== null) process.stderr.write(`Older ones: --before ${next}\n`);
  }
  return 0;
}
