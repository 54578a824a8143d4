import { findId, findText, type Invocation } from '../command.ts';
import { connectOperator } from '../operator-client.ts';

export async function run(invocation: Invocation): Promise<number> {
  const client = connectOperator(invocation);
  const request = {
    source_id: findId(invocation, 'source'),
    table: findText(invocation, 'table'),
    uncertain: invocation.flags['uncertain'] === true,
  };
  const sum = { replayed: 0, uncertain: 0, damaged: 0 };
  for (let next: unknown; next !== null;) {
    const part = await client.call('POST', '/rejects/replay', { ...request, next });
    sum.replayed += Number(part['replayed']);
    sum.uncertain += Number(part['uncertain']);
    sum.damaged += Number(part['damaged']);
    next = part['next'] ?? null;
  }
  process.stdout.write(invocation.flags['json'] === true ? `${JSON.stringify(sum)}\n` : `${describe(sum).join('\n')}\n`);
  return 0;
}

function describe({ replayed, uncertain, damaged }: { replayed: number; uncertain: number; damaged: number }): string[] {
  const lines = [`${replayed} rejects were sent again.`];
  if (uncertain > 0) {
    lines.push(
      `${uncertain} were left alone: an interrupted replay may have sent them already. A table with a key takes them twice without harm,`,
      `one without a key stores them twice; --uncertain sends them.`,
    );
  }
  if (damaged > 0) lines.push(`${damaged} were left alone: what the warehouse has of them is damaged.`);
  return lines;
}
