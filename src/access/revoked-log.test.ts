import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../tests/support/temporary-directory.ts';
import { openRevokedLog } from './revoked-log.ts';
import type { RevocationLine } from './revoked-log.ts';

const line = (id: number, kind: RevocationLine['kind'] = 'revoked'): RevocationLine => ({ kind, id, keyId: String(id).padStart(12, 'K') });

async function keyIds(file: string): Promise<string[]> {
  const log = await openRevokedLog({ file });
  const { revoked } = await log.read();
  await log.close();
  return [...revoked.keys()];
}

describe('the revoked log', () => {
  it('remembers over restarts what was revoked and not restored, for its owner alone', async () => {
    const file = join(temporaryDirectory(), 'revoked.log');
    const log = await openRevokedLog({ file });
    expect((await log.read()).revoked.size).toBe(0);
    await log.append(line(1), 1_000);
    await Promise.all([log.append(line(2), 1_001), log.append(line(3), 1_002), log.append(line(2, 'restored'), 1_003)]);
    await log.close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const again = await openRevokedLog({ file });
    await again.append(line(3, 'restored'), 1_004);
    await again.append(line(3), 1_005);
    expect(await again.read()).toEqual({
      revoked: new Map([
        ['KKKKKKKKKKK1', { id: 1, at: 1_000 }],
        ['KKKKKKKKKKK3', { id: 3, at: 1_005 }],
      ]),
      damagedLines: 0,
    });
    await again.close();
  });

  it('is readable by a person and holds no secret', async () => {
    const file = join(temporaryDirectory(), 'revoked.log');
    const log = await openRevokedLog({ file });
    await log.append(line(7), 1_000);
    await log.close();
    expect(readFileSync(file, 'utf8')).toMatch(/^\nrevoked 7 KKKKKKKKKKK7 1000 [0-9a-f]{8}\n$/);
  });

  it('survives a line torn anywhere by a crash, and goes on after it', async () => {
    const directory = temporaryDirectory();
    const file = join(directory, 'revoked.log');
    const log = await openRevokedLog({ file });
    await log.append(line(1), 1_000);
    const whole = statSync(file).size;
    await log.append(line(2), 1_000);
    await log.close();
    const text = readFileSync(file);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: whole, max: text.length - 2 }), async (end) => {
        writeFileSync(file, text);
        truncateSync(file, end);
        const torn = await openRevokedLog({ file });
        expect([...(await torn.read()).revoked.keys()]).toEqual(['KKKKKKKKKKK1']);
        await torn.append(line(3), 1_000);
        await torn.close();
        expect(await keyIds(file)).toEqual(['KKKKKKKKKKK1', 'KKKKKKKKKKK3']);
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  it('reports damaged lines instead of taking them for something', async () => {
    const file = join(temporaryDirectory(), 'revoked.log');
    const log = await openRevokedLog({ file });
    await log.append(line(1), 1_000);
    const valid = readFileSync(file, 'utf8').trim();
    appendFileSync(file, `${valid.replace('revoked', 'restored')}\n`);
    appendFileSync(file, 'nonsense\n');
    await log.append(line(2), 1_000);
    const { revoked, damagedLines } = await log.read();
    expect([...revoked.keys()]).toEqual(['KKKKKKKKKKK1', 'KKKKKKKKKKK2']);
    expect(damagedLines).toBe(2);
    await log.close();
  });
});
