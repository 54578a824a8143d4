/** The main job on real data, as the README's first command runs it. */
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { launcher } from '../support/server-process.ts';

it('demo --once loads the three data sets and ends by itself', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, 'demo', '--once'], { encoding: 'utf8', timeout: 110_000 });
  expect(stderr.split('\n').filter((line) => line.includes('"level":50'))).toEqual([]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^movies +\d+ +3201$/m);
  expect(stdout).toMatch(/^earthquakes +\d+ +1707$/m);
  expect(stdout).toMatch(/^earthquakes__geometry__coordinates +\d+ +5121$/m);
  expect(stdout).toMatch(/^flights +\d+ +231083$/m);
  expect(stdout).toMatch(/^movies +Title__bi +BIGINT$/m);
  expect(stdout).toMatch(/^movies +Title__st +VARCHAR$/m);
  expect(stdout).toMatch(/^_sdc_rejected +\d+ +0$/m);
});
