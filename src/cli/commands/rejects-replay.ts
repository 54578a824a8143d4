import { findId, findText, type Invocation } from '../command.ts';
import { connectOperator } from '../operator-client.ts';

export async function run(invocation: Invocation): Promise<number> {
  const client = connectOperator(invocation);
  const request = {
    source_id: findId(invocation, 'source'),
    table: findText(invocation, 'table'),
    uncertain: invocation.flags['uncertain'] === true,
  };
  let replayed = 0;
  let uncertain = 0;
  for (let next: unknown; next !== null;) {
    const part = await client.call('POST', '/rejects/replay', { ...request, next });
    replayed += Number(part['replayed']);
    uncertain += Number(part['uncertain']);
    next = part['next'] ?? null;
  }
  if (invocation.flags['json'] === true) process.stdout.write(`${JSON.stringify({ replayed, uncertain })}\n`);
  else process.stdout.write(`${replayed} rejects were sent again.\n${uncertain === 0 ? '' : explain(uncertain)}`);
  return 0;
}

function explain(uncertain: number): string {
  return (
    `${uncertain} were left alone: an interrupted replay may have sent them already. ` +
    `A table with a key takes them twice without harm, one without a key stores them twice; --uncertain sends them.\n`
  );
}
