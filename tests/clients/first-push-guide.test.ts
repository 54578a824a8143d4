/** The programs of docs/guides/first-push.md, run as they are written there, with this server and account in the place of the example's. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { describeClient, runClient } from './run-client.ts';
import { startWarehouseSystem, type WarehouseSystem } from './warehouse-system.ts';

const guide = readFileSync(new URL('../../docs/guides/first-push.md', import.meta.url), 'utf8');

describeClient('the guide to the first push', () => {
  let system: WarehouseSystem;
  beforeAll(async () => {
    system = await startWarehouseSystem();
  });
  afterAll(() => system.stop());

  /** Code blocks of a section, in order. */
  function programs(heading: string): string[] {
    const section = guide.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
    return [...section.matchAll(/```\w+\n([\s\S]*?)```/g)].map(([, code = '']) =>
      code
        .replaceAll('https://thimble.example.com', system.url.origin)
        .replaceAll('100001', String(system.source.accountId))
        .replaceAll('at_…', system.source.token),
    );
  }
  async function python(program: string): Promise<void> {
    const { exitCode, stderr } = await runClient('python', ['-'], { input: program, env: { THIMBLE_TOKEN: system.source.token } });
    expect([exitCode, stderr]).toEqual([0, '']);
  }
  const orders = (): Promise<Record<string, unknown>[]> => system.select('SELECT id, total::DOUBLE AS total FROM shop.orders ORDER BY id');

  it('pushes with curl', async () => {
    const [program = ''] = programs('With curl');
    const { stdout, stderr } = spawnSync('sh', ['-c', program.replace('curl ', 'curl --silent --show-error --noproxy "*" ')], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], THIMBLE_TOKEN: system.source.token },
    });
    expect([stdout, stderr]).toEqual(['{"status":"OK","message":"Batch Accepted!"}', '']);
    expect(await orders()).toEqual([{ id: 1, total: 12.5 }]);
  });

  it('pushes with Python alone', async () => {
    const [program = ''] = programs('With Python, nothing installed');
    await python(program);
    expect(await orders()).toEqual([
      { id: 1, total: 12.5 },
      { id: 2, total: 40 },
    ]);
  });

  it('pushes with stitchclient', async () => {
    const [program = '', missingNames = ''] = programs('With stitchclient');
    await python(`${missingNames}\n${program.replace('"id": 1,', '"id": 3,')}`);
    expect((await orders()).at(-1)).toEqual({ id: 3, total: 12.5 });
  });

  it('loads a Singer stream with target-stitch', async () => {
    const [configuration = ''] = programs('With target-stitch');
    const file = join(tmpdir(), `thimble-guide-${randomUUID()}.json`);
    onTestFinished(() => rmSync(file, { force: true }));
    writeFileSync(file, configuration);
    const stream = [
      { type: 'SCHEMA', stream: 'visits', schema: { type: 'object', properties: { id: { type: 'integer' } } }, key_properties: ['id'] },
      { type: 'RECORD', stream: 'visits', record: { id: 7 } },
    ];
    const input = stream.map((message) => `${JSON.stringify(message)}\n`).join('');
    const { exitCode, stderr } = await runClient('target-stitch', ['--config', file], { input });
    expect(exitCode, stderr).toBe(0);
    expect(await system.select('SELECT id FROM shop.visits')).toEqual([{ id: 7 }]);
  });
});
