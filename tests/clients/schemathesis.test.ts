/** Schemathesis from PyPI against the served OpenAPI documents, with a valid credential, at least 100 examples an operation, a fixed seed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectOperator } from '../../src/cli/operator-client.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';
import { describeClient, runClient } from './run-client.ts';
import { planSchemathesis, type Plan } from './schemathesis-plan.ts';

const hooks = new URL('schemathesis-hooks.py', import.meta.url).pathname;
const options = [
  ['--checks', 'not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance'],
  ['--phases', 'examples,coverage,fuzzing', '--max-examples', '100', '--seed', '20261121', '--no-shrink', '--generation-database', 'none'],
  [
    '--workers',
    '1',
    '--request-timeout',
    '20',
    '--max-redirects',
    '0',
    '--suppress-health-check',
    'all',
    '--warnings',
    'off',
    '--no-color',
  ],
].flat();

/** Operations that cannot succeed yet, and why. */
const neverSucceeds: Readonly<Record<string, string>> = {
  startJob: 'running taps is not built; whatever is asked, it is refused',
  getExtractionLog: 'logs are written by running taps',
  getSourceCheck: 'sources are checked by running taps',
};
/** Operations no client can make fail, and why. */
const neverRefuses: Readonly<Record<string, string>> = { status: 'it has no credential, no parameters and no body' };

describeClient('Schemathesis', () => {
  const directory = mkdtempSync(join(tmpdir(), 'thimble-schemathesis-'));
  let server: ServerProcess;
  let plan: Plan;
  beforeAll(async () => {
    server = await startServerProcess({ dataDirectory: join(directory, 'data'), env: { THIMBLE_EGRESS_ALLOW: '127.0.0.1' } });
    const operator = connectOperator({ positionals: [], flags: { data: join(directory, 'data') } });
    plan = await planSchemathesis(operator, server.url);
    const { known, kept, requests } = plan;
    writeFileSync(join(directory, 'plan.json'), JSON.stringify({ known, kept, requests }));
    // Ids that answers named would leave few different deletions; the plan names what exists.
    writeFileSync(join(directory, 'schemathesis.toml'), '[phases.fuzzing.extra-data-sources]\nresponses = false\n');
  });
  afterAll(async () => {
    await server.end('SIGTERM');
    rmSync(directory, { recursive: true, force: true });
  });

  it.each([
    ['connect', 32],
    ['notifications', 8],
    ['import', 4],
  ] as const)(
    'finds nothing in the %s API that its document does not have, and no 5xx',
    async (name, operations) => {
      const log = join(directory, `${name}.jsonl`);
      const { exitCode, stdout, stderr } = await runClient(
        'schemathesis',
        ['run', new URL(`/openapi/${name}.json`, server.url).href, ...options],
        {
          cwd: directory,
          env: {
            HOME: directory,
            PYTHONDONTWRITEBYTECODE: '1',
            SCHEMATHESIS_HOOKS: hooks,
            THIMBLE_PREPARED: join(directory, 'plan.json'),
            THIMBLE_TOKEN: name === 'import' ? plan.source.token : plan.source.apiKey,
            THIMBLE_ANSWERS: log,
          },
        },
      );
      expect(exitCode, `${stdout}\n${stderr}`).toBe(0);
      const answers = readFileSync(log, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as { operation: string; status: number });
      const byOperation = Map.groupBy(answers, ({ operation }) => operation);
      expect(byOperation.size).toBe(operations);
      const few = [...byOperation].filter(([operation, calls]) => calls.length < 100 && neverRefuses[operation] === undefined);
      expect(few.map(([operation, calls]) => [operation, calls.length])).toEqual([]);
      const has = (low: number, statuses: readonly { status: number }[]): boolean =>
        statuses.some(({ status }) => status >= low && status < low + 100);
      const seen = [...byOperation].map(([operation, calls]) => [operation, has(200, calls), has(400, calls), has(500, calls)]);
      const expected = [...byOperation.keys()].map((operation) => [
        operation,
        neverSucceeds[operation] === undefined,
        neverRefuses[operation] === undefined,
        false,
      ]);
      expect(seen).toEqual(expected);
    },
    240_000,
  );
});
