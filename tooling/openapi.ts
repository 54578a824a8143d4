/** `npm run openapi`: writes docs/api/ (OpenAPI 3.1, and the table of error codes) from `contract/`. `--check` fails when it is stale. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { errorTable } from '../contract/errors.ts';
import { describeApis } from '../contract/openapi.ts';
import { readVersion } from '../src/config/version.ts';
import { root } from './steps.ts';

function describeErrors(): string {
  const rows = Object.entries(errorTable).map(([code, { meaning, cure }]) => `| \`${code}\` | ${meaning} | ${cure} |`);
  const intro = '# Error codes\n\nOf the control plane. Each surface renders a code in its own shape; its OpenAPI document says how.\n';
  return `${intro}\n| code | meaning | what to do |\n|---|---|---|\n${rows.join('\n')}\n`;
}

const folder = `${root}docs/api/`;
const installation = { version: readVersion(), origin: 'http://127.0.0.1:4600' };
const documents = {
  ...Object.fromEntries(
    Object.entries(describeApis).map(([name, describe]) => [
      `${name}-api.openapi.json`,
      `${JSON.stringify(describe(installation), undefined, 2)}\n`,
    ]),
  ),
  'errors.md': describeErrors(),
};
const isCheck = process.argv.includes('--check');
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(documents)) {
  if (!isCheck) writeFileSync(folder + name, text);
  else if (!existsSync(folder + name) || readFileSync(folder + name, 'utf8') !== text) {
    process.stdout.write(`docs/api/${name} is stale: run "npm run openapi".\n`);
    process.exitCode = 1;
  }
}
