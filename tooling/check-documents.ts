/** Documents describe today: every path they name exists, and they keep their sizes (docs of style: README < 150 lines, ADR ≤ 40). */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './steps.ts';

const tracked = spawnSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .stdout.split('\n')
  .filter(Boolean);
const documents = tracked.filter((file) => file.endsWith('.md') && existsSync(join(root, file)));
const rooms = /^(bin|bench|client|contract|deploy|docs|examples|src|tests|tooling|web)\//;
const problems: string[] = [];

for (const file of documents) {
  const text = readFileSync(join(root, file), 'utf8');
  const lines = text.split('\n').length - 1;
  if (file === 'README.md' && lines >= 150) problems.push(`${file} has ${lines} lines; it must stay under 150.`);
  if (file.startsWith('docs/decisions/') && lines > 40) problems.push(`${file} has ${lines} lines; a decision has at most 40.`);
  for (const [, named] of text.matchAll(/`([\w./<>*-]+)`/g)) {
    if (named === undefined || !rooms.test(named) || /[<>*]|NNNN|…/.test(named)) continue;
    if (!existsSync(join(root, named))) problems.push(`${file} names ${named}, which does not exist.`);
  }
  for (const [, target] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
    if (target === undefined || /^[a-z]+:/.test(target)) continue;
    if (!existsSync(join(root, dirname(file), target))) problems.push(`${file} links to ${target}, which does not exist.`);
  }
}

const entries = readdirSync(root).filter((name) => name === '.ci' || tracked.some((file) => file === name || file.startsWith(`${name}/`)));
if (entries.length > 24) problems.push(`The root has ${entries.length} entries; 24 at most.`);

for (const problem of problems) process.stdout.write(`${problem}\n`);
process.stdout.write(`${documents.length} documents read, ${problems.length} problems.\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
