import { createHash, createSecretKey } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createControlPlane, type ControlPlane } from '../../../tests/support/control-plane.ts';
import { testPeople } from '../../../tests/support/test-people.ts';
import { findOperatorSocket, operatorSocketOf } from '../../config/operator-socket.ts';
import type { Warehouse } from '../../domain/destination/warehouse.ts';
import type { OperatorApiOptions } from './options.ts';
import { createOperatorServer, type OperatorServer } from './server.ts';

interface Reply {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: Record<string, unknown>;
}

interface Harness {
  readonly plane: ControlPlane;
  readonly server: OperatorServer;
  readonly logged: string[];
  readonly copied: string[];
  readonly call: (method: string, path: string, body?: unknown) => Promise<Reply>;
}

class QueryRefusedError extends Error {
  override readonly name = 'QueryRefusedError';
}

/** Loading with nothing set aside and nothing held back. */
const idle: Pick<OperatorApiOptions, 'people' | 'rejects' | 'retryLoads' | 'signingKey' | 'noticeKey'> = {
  people: testPeople(),
  rejects: { list: async () => [], replay: async () => ({ replayed: 0, uncertain: 0, damaged: 0, next: undefined }) },
  retryLoads: () => [],
  signingKey: (accountId: number) => createSecretKey(Buffer.alloc(32, accountId)),
  noticeKey: (partnerId: number) => createSecretKey(Buffer.alloc(32, partnerId)),
};

async function createHarness(overrides: Partial<OperatorApiOptions> = {}): Promise<Harness> {
  const plane = await createControlPlane();
  const logged: string[] = [];
  const copied: string[] = [];
  const note = (fields: object, message: string): void => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const server = await createOperatorServer({
    parts: plane.parts,
    warehouseDirectory: join(plane.directory, 'warehouses'),
    warehouses: {
      async query(warehouse: Warehouse, sql: string) {
        if (sql.startsWith('SET')) throw new QueryRefusedError('Only a SELECT is allowed.');
        return { json: JSON.stringify([{ file: warehouse.file, sql }]) };
      },
      async copy(warehouse: Warehouse, file: string) {
        copied.push(`${warehouse.file} ${file}`);
      },
    },
    status: async () => ({ backlog: [] }),
    ...idle,
    log: { error: note, warn: note },
    ...overrides,
  });
  onTestFinished(() => server.close());
  await server.listen(operatorSocketOf(plane.directory));
  const socketPath = findOperatorSocket(plane.directory);
  const call: Harness['call'] = (method, path, body) =>
    new Promise((resolve, reject) => {
      const payload = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
      // Node sends the body of a DELETE without a length unless told.
      const headers = { 'content-length': Buffer.byteLength(payload) };
      const outgoing = request({ socketPath, method, path, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: JSON.parse(text) as Record<string, unknown> });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(payload);
    });
  return { plane, server, logged, copied, call };
}

const acme = { company: 'Acme', email: 'ann@example.com', name: 'Ann', plan: 'premium' };

describe('the operator API', () => {
  it('creates an account, a key that works once shown, a source and a token', async () => {
    const { plane, call } = await createHarness();
    const account = await call('POST', '/accounts', acme);
    expect(account).toMatchObject({ status: 200, body: { account_id: 100001, user_id: 1, setup_url: null } });
    const key = await call('POST', '/accounts/100001/api-keys', { description: 'ci' });
    expect(key).toMatchObject({
      status: 200,
      headers: { 'cache-control': 'no-store' },
      body: { id: 1, api_key: expect.stringMatching(/^ac_/) },
    });
    expect(plane.verify(String(key.body['api_key']))).toMatchObject({ ok: true, principal: { memberId: 1 } });
    const source = await call('POST', '/accounts/100001/sources', { display_name: 'Shop' });
    expect(source).toMatchObject({ status: 200, body: { name: 'shop' } });
    const token = await call('POST', `/sources/${String(source.body['id'])}/tokens`);
    expect(token).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(plane.verify(String(token.body['access_token']))).toMatchObject({ ok: true, principal: { sourceId: source.body['id'] } });
    expect((await call('GET', '/accounts')).body).toMatchObject({
      accounts: [{ account_id: 100001, company: 'Acme', plan: 'premium', held_at: null }],
    });
    const { body } = await call('GET', '/accounts/100001/api-keys');
    expect(body).toMatchObject({
      api_keys: [{ id: 1, description: 'ci', state: 'enabled', last4: String(key.body['api_key']).slice(-4), user_id: 1 }],
    });
    expect(JSON.stringify(body)).not.toContain('digest');
  });

  it('leads a key through its states', async () => {
    const { plane, call } = await createHarness();
    await call('POST', '/accounts', acme);
    const { body } = await call('POST', '/accounts/100001/api-keys', {});
    const works = (): boolean => plane.verify(String(body['api_key'])).ok;
    expect((await call('POST', '/api-keys/1/disable')).body).toMatchObject({ state: 'disabled', state_reason: 'member' });
    expect(works()).toBe(false);
    expect((await call('POST', '/api-keys/1/enable')).body).toMatchObject({ state: 'enabled' });
    expect(works()).toBe(true);
    expect(await call('POST', '/api-keys/1/restore')).toMatchObject({ status: 409, body: { error: 'invalid_credential_state' } });
    expect((await call('DELETE', '/api-keys/1')).body).toMatchObject({ state: 'deleted' });
    expect(works()).toBe(false);
    expect((await call('POST', '/api-keys/1/restore')).body).toMatchObject({ state: 'disabled' });
    expect((await call('DELETE', '/api-keys/1', { compromised: true })).status).toBe(200);
    expect(await call('POST', '/api-keys/1/restore')).toMatchObject({ status: 409, body: { error: 'invalid_credential_state' } });
    expect(await call('DELETE', '/api-keys/1')).toMatchObject({ status: 404, body: { error: 'invalid_id' } });
  });

  it('changes plan and hold', async () => {
    const { call } = await createHarness();
    await call('POST', '/accounts', acme);
    await call('POST', '/accounts/100001/api-keys', {});
    expect((await call('POST', '/accounts/100001/plan', { plan: 'standard' })).body).toMatchObject({ plan: 'standard' });
    expect((await call('GET', '/accounts/100001/api-keys')).body).toMatchObject({
      api_keys: [{ state: 'disabled', state_reason: 'plan' }],
    });
    expect(await call('POST', '/api-keys/1/enable')).toMatchObject({ status: 403, body: { error: 'access_denied' } });
    expect((await call('POST', '/accounts/100001/hold', { held: true })).body).toMatchObject({ held_at: '2031-04-02T08:59:01Z' });
    expect((await call('POST', '/accounts/100001/hold', { held: false })).body).toMatchObject({ held_at: null });
  });

  it('queries and copies the warehouse of the named account, or of the only one', async () => {
    const { plane, call, copied } = await createHarness();
    expect(await call('POST', '/query', { sql: 'SELECT 1' })).toMatchObject({ status: 404, body: { message: 'There is no account yet.' } });
    await call('POST', '/accounts', acme);
    const { body } = await call('POST', '/query', { sql: 'SELECT 1' });
    const [row] = body['rows'] as { file: string; sql: string }[];
    expect(row?.sql).toBe('SELECT 1');
    expect(row?.file.startsWith(join(plane.directory, 'warehouses', 'warehouse-1001-'))).toBe(true);
    expect(await call('POST', '/query', { sql: 'SET x' })).toMatchObject({
      status: 400,
      body: { error: 'query_refused', message: 'Only a SELECT is allowed.' },
    });
    await call('POST', '/accounts', { ...acme, email: 'bo@example.com' });
    expect(await call('POST', '/query', { sql: 'SELECT 1' })).toMatchObject({ status: 404, body: { error: 'invalid_id' } });
    expect((await call('POST', '/query', { sql: 'SELECT 1', account_id: 100002 })).status).toBe(200);
    expect(await call('POST', '/warehouse/copy', { file: 'relative', account_id: 100001 })).toMatchObject({
      status: 400,
      body: { error: 'invalid_body' },
    });
    expect((await call('POST', '/warehouse/copy', { file: '/tmp/copy.duckdb', account_id: 100001 })).status).toBe(200);
    expect(copied).toEqual([`${row?.file} /tmp/copy.duckdb`]);
  });

  it('verifies the audit trail against a head printed before', async () => {
    const { call, plane } = await createHarness();
    await call('POST', '/accounts', acme);
    const { body } = await call('GET', '/audit/verify');
    expect(body).toMatchObject({ ok: true, rows: 1, head: expect.stringMatching(/^1:[0-9a-f]{64}$/), broken_at: null });
    await call('POST', '/accounts/100001/api-keys', {});
    const head = encodeURIComponent(String(body['head']));
    expect((await call('GET', `/audit/verify?head=${head}`)).body).toMatchObject({ ok: true, rows: 2 });
    expect(await call('GET', '/audit/verify?head=7')).toMatchObject({ status: 400, body: { error: 'invalid_body' } });
    await plane.parts.store.transaction((tx) => tx.updateTable('audit').set({ actor: 'system' }).where('seq', '=', 1).execute());
    expect((await call('GET', `/audit/verify?head=${head}`)).body).toMatchObject({ ok: false, broken_at: 1 });
  });

  it('answers every bad call in its own shape', async () => {
    const { call } = await createHarness();
    await call('POST', '/accounts', acme);
    const row = (status: number, error: string): object => ({ status, body: { error, message: expect.any(String) } });
    expect(await call('POST', '/accounts', '{')).toMatchObject(row(400, 'invalid_json'));
    expect(await call('POST', '/accounts', { ...acme, extra: 1 })).toMatchObject(row(400, 'invalid_body'));
    expect(await call('POST', '/accounts', { ...acme, email: 'nobody' })).toMatchObject(row(400, 'invalid_body'));
    expect(await call('POST', '/accounts', { ...acme, plan: 'gold' })).toMatchObject(row(400, 'invalid_body'));
    expect(await call('POST', '/accounts', { ...acme, email: ' ANN@example.com'.trim() })).toMatchObject(row(409, 'existing_user'));
    expect(await call('POST', '/accounts/5/api-keys', {})).toMatchObject(row(404, 'invalid_id'));
    expect(await call('POST', '/accounts/100001/api-keys', { member_id: 99 })).toMatchObject(row(404, 'invalid_id'));
    expect(await call('GET', '/accounts/5/api-keys')).toMatchObject(row(404, 'invalid_id'));
    expect(await call('POST', '/accounts/5/sources', { display_name: 'x' })).toMatchObject(row(404, 'invalid_id'));
    expect(await call('POST', '/sources/5/tokens')).toMatchObject(row(404, 'invalid_id'));
    expect(await call('GET', '/nothing')).toMatchObject(row(404, 'not_found'));
    expect(await call('PUT', '/accounts')).toMatchObject(row(404, 'not_found'));
    expect(await call('POST', '/accounts/x/plan', { plan: 'premium' })).toMatchObject(row(404, 'not_found'));
  });

  it('withholds what failed inside and logs it', async () => {
    const { call, logged } = await createHarness({ status: () => Promise.reject(new Error('something private')) });
    const reply = await call('GET', '/status');
    expect(reply).toMatchObject({ status: 500, body: { error: 'internal' } });
    expect(JSON.stringify(reply.body)).not.toContain('private');
    expect(logged).toHaveLength(1);
  });
});

describe('rejects and held loads', () => {
  const shop = async (overrides: Partial<OperatorApiOptions> = {}): Promise<Harness & { sourceId: number }> => {
    const harness = await createHarness(overrides);
    await harness.call('POST', '/accounts', acme);
    const { body } = await harness.call('POST', '/accounts/100001/sources', { display_name: 'Shop' });
    return { ...harness, sourceId: Number(body['id']) };
  };

  it('lists a page with sequences to the digit, and says where the next one begins', async () => {
    const asked: unknown[] = [];
    const reject = {
      id: 9,
      table: 't',
      reason: 'r',
      scope: 'record',
      sequence: 2n ** 63n - 1n,
      rejectedAt: 1000,
      state: 'rejected',
    } as const;
    const list: OperatorApiOptions['rejects']['list'] = async (sourceId, query) => {
      asked.push({ sourceId, ...query });
      return [reject];
    };
    const { call, sourceId } = await shop({ rejects: { ...idle.rejects, list } });
    const { body } = await call(
      'GET',
      `/rejects?source_id=${sourceId}&table=a%26b&state=replaying&order=oldest&after=3&limit=7&records=true`,
    );
    expect(body).toEqual({
      rejects: [
        {
          id: 9,
          table: 't',
          reason: 'r',
          scope: 'record',
          sequence: '9223372036854775807',
          state: 'rejected',
          rejected_at: '1970-01-01T00:00:01.000Z',
        },
      ],
      next: 9,
    });
    await call('GET', `/rejects?source_id=${sourceId}`);
    expect(asked).toEqual([
      { sourceId, table: 'a&b', state: 'replaying', order: 'oldest', after: 3, limit: 7, records: true },
      { sourceId, table: undefined, state: undefined, order: 'newest', after: undefined, limit: 100, records: false },
    ]);
  });

  it.each(['', '?source_id=x', '?source_id=1&limit=0', '?source_id=1&limit=1001', '?source_id=1&state=lost', '?source_id=1&nonsense=1'])(
    'refuses the query "%s"',
    async (query) => {
      const { call } = await shop();
      expect(await call('GET', `/rejects${query}`)).toMatchObject({ status: 400, body: { error: 'invalid_body' } });
    },
  );

  it('answers 404 for a source that is not there, and replays nothing', async () => {
    const { call } = await shop();
    expect(await call('GET', '/rejects?source_id=4242')).toMatchObject({ status: 404, body: { error: 'invalid_id' } });
    expect(await call('POST', '/rejects/replay', { source_id: 4242 })).toMatchObject({ status: 404, body: { error: 'invalid_id' } });
  });

  it('replays part by part and writes the audit log once', async () => {
    const parts: unknown[] = [];
    const replay: OperatorApiOptions['rejects']['replay'] = async (sourceId, request) => {
      parts.push({ sourceId, ...request });
      return { replayed: 2, uncertain: 1, damaged: 3, next: request.next === undefined ? { after: 5, upTo: 8 } : undefined };
    };
    const { call, plane, sourceId } = await shop({ rejects: { ...idle.rejects, replay } });
    const first = await call('POST', '/rejects/replay', { source_id: sourceId, uncertain: true });
    expect(first.body).toEqual({ replayed: 2, uncertain: 1, damaged: 3, next: { after: 5, up_to: 8 } });
    const last = await call('POST', '/rejects/replay', { source_id: sourceId, table: 't', next: first.body['next'] });
    expect(last.body).toEqual({ replayed: 2, uncertain: 1, damaged: 3, next: null });
    expect(parts).toEqual([
      { sourceId, table: undefined, uncertain: true, next: undefined },
      { sourceId, table: 't', uncertain: false, next: { after: 5, upTo: 8 } },
    ]);
    const rows = await plane.parts.store.read.selectFrom('audit').selectAll().where('verb', '=', 'rejects.replay').execute();
    expect(rows).toMatchObject([{ account_id: 100001, actor: 'operator', subject: `source:${sourceId}`, after: '{"uncertain":true}' }]);
  });

  it('tries again what is held back, of all sources, of one, or of one table', async () => {
    const asked: unknown[] = [];
    const retryLoads: OperatorApiOptions['retryLoads'] = (which) => {
      asked.push(which);
      return [{ sourceId: 7, table: 't' }];
    };
    const { call } = await shop({ retryLoads });
    expect(await call('POST', '/loads/retry', {})).toMatchObject({ status: 200, body: { streams: [{ source_id: 7, table: 't' }] } });
    await call('POST', '/loads/retry', { source_id: 7, table: 't' });
    expect(asked).toEqual([{}, { sourceId: 7, table: 't' }]);
    expect(await call('POST', '/loads/retry', { source: 7 })).toMatchObject({ status: 400 });
  });
});

describe('the operator socket', () => {
  it('is for its owner only, replaces a stale one and is removed at the end', async () => {
    const { plane, server } = await createHarness();
    const { path } = operatorSocketOf(plane.directory);
    expect(lstatSync(path).isSocket()).toBe(true);
    expect(lstatSync(path).mode & 0o777).toBe(0o600);
    await server.close();
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, 'left behind');
    const { status } = await (async () => {
      const again = await createOperatorServer({
        parts: plane.parts,
        warehouseDirectory: '',
        warehouses: { query: async () => ({ json: '[]' }), copy: async () => undefined },
        status: async () => ({}),
        ...idle,
        log: { error: () => undefined, warn: () => undefined },
      });
      onTestFinished(() => again.close());
      await again.listen({ path, directory: undefined });
      return new Promise<{ status: number }>((resolve, reject) => {
        request({ socketPath: path, path: '/status' }, (response) => resolve({ status: response.resume().statusCode ?? 0 }))
          .on('error', reject)
          .end();
      });
    })();
    expect(status).toBe(200);
  });

  it('lies in a directory of our own when the data directory has a long path, and not in one somebody else made open', async () => {
    const { plane, server } = await createHarness();
    const long = join(plane.directory, 'd'.repeat(120));
    mkdirSync(long);
    const socket = operatorSocketOf(long);
    expect(socket.directory).toContain(
      `thimble-${process.getuid?.() ?? 0}-${createHash('sha256').update(long).digest('hex').slice(0, 32)}`,
    );
    expect(socket.path.startsWith(tmpdir())).toBe(true);
    const directory = String(socket.directory);
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    await server.close();
    const options = {
      parts: plane.parts,
      warehouseDirectory: '',
      warehouses: { query: async () => ({ json: '[]' }), copy: async () => undefined },
      status: async () => ({}),
      ...idle,
      log: { error: () => undefined, warn: () => undefined },
    };
    const long1 = await createOperatorServer(options);
    await long1.listen(socket);
    expect(lstatSync(directory).mode & 0o777).toBe(0o700);
    expect(findOperatorSocket(long)).toBe(socket.path);
    await long1.close();
    expect(existsSync(directory)).toBe(false);
    mkdirSync(directory, { mode: 0o755 });
    const long2 = await createOperatorServer(options);
    onTestFinished(() => long2.close());
    await expect(long2.listen(socket)).rejects.toThrow(/mode 0700/);
    expect(() => findOperatorSocket(long)).toThrow(/mode 0700/);
  });

  it('tells the key of an account its hooks are signed with, and notes that', async () => {
    const { call, plane } = await createHarness();
    const { accountId } = await plane.account();
    expect(await call('GET', `/accounts/${accountId}/hook-key`)).toMatchObject({
      status: 200,
      body: { hook_key: Buffer.alloc(32, accountId).toString('hex') },
    });
    expect((await call('GET', '/accounts/999/hook-key')).status).toBe(404);
    const rows = await plane.parts.store.read.selectFrom('audit').select('verb').where('verb', '=', 'hook.show_key').execute();
    expect(rows).toHaveLength(1);
  });
});
