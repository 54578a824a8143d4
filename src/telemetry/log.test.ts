import { describe, expect, it } from 'vitest';
import { createLog, maskCredentials } from './log.ts';

const secret = 'S'.repeat(32);
const token = `at_${'i'.repeat(12)}${secret}abcdef`;

describe('log', () => {
  it('cuts the secret out of a token wherever it stands in a line', () => {
    const lines: string[] = [];
    const log = createLog({ level: 'info', destination: { write: (line: string) => void lines.push(line) } });
    log.info({ url: `/v4/sources?access_token=${token}`, req: { headers: { authorization: `Bearer ${token}` } } }, `refused ${token}`);
    log.error(new Error(`bad token ${token}`));
    expect(lines).toHaveLength(2);
    expect(lines.join('')).not.toContain(secret);
    expect(lines[0]).toContain(`at_${'i'.repeat(12)}…`);
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('time');
  });

  it('cuts the secret out whatever stands before or after the token', () => {
    const lines: string[] = [];
    const log = createLog({ level: 'info', destination: { write: (line: string) => void lines.push(line) } });
    for (const text of [`line\n${token}\nline`, `\t${token}`, `/v4/sources%2F${token}`, `key${token}`, `${token}_${token}x`]) {
      log.error({ err: new Error(text), text }, text);
    }
    expect(lines.join('').split(`at_${'i'.repeat(12)}…`)).toHaveLength(4 * 6 + 1);
    expect(lines.join('')).not.toContain(secret);
  });

  it('leaves ordinary words alone', () => {
    expect(maskCredentials('at_home ac_dc and a_long_identifier_of_no_particular_meaning_at_all_whatsoever')).toBe(
      'at_home ac_dc and a_long_identifier_of_no_particular_meaning_at_all_whatsoever',
    );
  });
});
