import { readFileSync } from 'node:fs';
import { CommandError, findText, getText, listTexts, type Invocation } from '../command.ts';
import { connectOperator } from '../operator-client.ts';
import { formatTable } from '../table.ts';

export async function create(invocation: Invocation): Promise<number> {
  const logo = findText(invocation, 'logo');
  const noticeUrl = findText(invocation, 'notice-url');
  const made = await connectOperator(invocation).call('POST', '/partners', {
    name: getText(invocation, 'name'),
    redirect_uris: listTexts(invocation, 'redirect-uri'),
    ...(logo === undefined ? {} : { logo: readLogo(logo) }),
    ...(noticeUrl === undefined ? {} : { notice_url: noticeUrl }),
  });
  return print(invocation, made, [
    `Partner id: ${String(made['partner_id'])}`,
    `Partner secret: ${String(made['partner_secret'])}`,
    ...(typeof made['notice_signing_key'] === 'string' ? [`Notices are signed with: ${made['notice_signing_key']}`] : []),
    'This is the only time the secret is shown. Keep it secret.',
  ]);
}

export async function list(invocation: Invocation): Promise<number> {
  const { partners } = await connectOperator(invocation).call('GET', '/partners');
  const rows: Record<string, unknown>[] = Array.isArray(partners) ? partners : [];
  if (invocation.flags['json'] === true) process.stdout.write(`${JSON.stringify(rows)}\n`);
  else {
    const shown = rows.map(({ partner_id: id, name, state, accounts, created_at: created }) => ({
      partner_id: id,
      name,
      state,
      accounts,
      created,
    }));
    process.stdout.write(`${formatTable(shown)}\n`);
  }
  return 0;
}

export async function rotateSecret(invocation: Invocation): Promise<number> {
  const overlap = findText(invocation, 'overlap');
  const body = overlap === undefined ? {} : { overlap_seconds: parseSeconds(overlap) };
  const rotated = await connectOperator(invocation).call('POST', `${path(invocation)}/secret`, body);
  return print(invocation, rotated, [
    String(rotated['partner_secret']),
    `This is the only time the secret is shown. Older ones work until ${String(rotated['old_secrets_expire_at'])}.`,
  ]);
}

export async function suspend(invocation: Invocation): Promise<number> {
  const partner = await connectOperator(invocation).call('POST', `${path(invocation)}/suspend`);
  return print(invocation, partner, [`${String(partner['name'])} is suspended: none of its keys works.`]);
}

export async function resume(invocation: Invocation): Promise<number> {
  const partner = await connectOperator(invocation).call('POST', `${path(invocation)}/resume`);
  return print(invocation, partner, [`${String(partner['name'])} may act again.`]);
}

export async function remove(invocation: Invocation): Promise<number> {
  const removed = await connectOperator(invocation).call('DELETE', path(invocation));
  return print(invocation, removed, [`The partner ${String(removed['partner_id'])} is removed, and its keys are deleted.`]);
}

function print(invocation: Invocation, reply: Record<string, unknown>, lines: readonly string[]): number {
  process.stdout.write(invocation.flags['json'] === true ? `${JSON.stringify(reply)}\n` : `${lines.join('\n')}\n`);
  return 0;
}

function path({ positionals: [id = ''] }: Invocation): string {
  return `/partners/${encodeURIComponent(id)}`;
}

function readLogo(file: string): string {
  try {
    return readFileSync(file).toString('base64');
  } catch (error) {
    throw new CommandError(`The logo ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`, 64);
  }
}

const secondsPer: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function parseSeconds(text: string): number {
  const { amount, unit = 's' } = /^(?<amount>\d{1,9})(?<unit>[smhd])?$/.exec(text)?.groups ?? {};
  if (amount === undefined) throw new CommandError('--overlap must be a time such as 90m, 24h or 7d.', 64);
  return Number(amount) * (secondsPer[unit] ?? 1);
}
