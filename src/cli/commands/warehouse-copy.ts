import { resolve } from 'node:path';
import type { Invocation } from '../command.ts';
import { connectOperator } from '../operator-client.ts';
import { accountOf } from './query.ts';

export async function run(invocation: Invocation): Promise<number> {
  const file = resolve(invocation.positionals[0] ?? '');
  await connectOperator(invocation).call('POST', '/warehouse/copy', { file, ...accountOf(invocation) });
  process.stdout.write(`The warehouse was copied to ${file}.\n`);
  return 0;
}
