import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createControlPlane, type ControlPlane } from '../../tests/support/control-plane.ts';
import { hasOpenssl, startHttpsReceiver, type HttpsReceiver } from '../../tests/support/https-receiver.ts';
import { createCustomEmail } from '../domain/custom-email/create.ts';
import { createDestination } from '../domain/destination/create.ts';
import { createHook } from '../domain/hook/create.ts';
import { createHookOutbox } from '../domain/hook/outbox.ts';
import { setHookEnabled } from '../domain/hook/set-enabled.ts';
import type { LoadRecord } from '../domain/load/load-record.ts';
import { recordLoad } from '../domain/load/record.ts';
import { listNotifications } from '../domain/notification/list.ts';
import { createSource } from '../domain/source/create.ts';
import { createEgress } from '../lib/egress.ts';
import { createHookSender, type HookSender, type HookSenderOptions } from './hook-sender.ts';

interface Delivering {
  readonly plane: ControlPlane;
  readonly receiver: HttpsReceiver;
  readonly accountId: number;
  readonly destinationId: number;
  readonly key: ReturnType<typeof createSecretKey>;
  readonly logged: string[];
  load(changes?: Partial<LoadRecord>): Promise<LoadRecord>;
  /** A hook at the receiver, or at another URL; returns its id. */
  hook(url?: string, destinationId?: number): Promise<number>;
  start(options?: Partial<HookSenderOptions>): HookSender;
  /** How many deliveries wait. */
  waiting(): Promise<number>;
  alerts(): Promise<{ subject: string; cleared_at: number | null; message: string }[]>;
}

const loopback = createEgress({ privateAllowed: true, allowed: [] }, async () => [{ address: '127.0.0.1' }]);
const publicOnly = createEgress({ privateAllowed: false, allowed: [] }, async () => [{ address: '127.0.0.1' }]);
const path = '/services/secret-part?x=1';

async function createDelivering(): Promise<Delivering> {
  const plane = await createControlPlane();
  const receiver = await startHttpsReceiver();
  const { accountId, destinationId } = await plane.account();
  const source = await createSource(plane.operator, accountId, { type: 'import_api', display_name: 'Shop' });
  const key = createSecretKey(randomBytes(32));
  const logged: string[] = [];
  const { store } = plane.parts;
  let loads = 0;
  return {
    plane,
    receiver,
    accountId,
    destinationId,
    key,
    logged,
    async load(changes = {}) {
      const load: LoadRecord = {
        loadId: `load-${(loads += 1)}`,
        sourceId: source.id,
        destinationId,
        table: 'Orders',
        position: loads,
        startedAt: plane.clock.now - 10,
        finishedAt: plane.clock.now,
        batchedAt: plane.clock.now - 5,
        loaded: { orders: 3, orders__lines: 5 },
        counts: { received: 4, rejected: 1, superseded: 0, replacedSurrogates: 0 },
        bookmarks: { updated_at: '2031-01-09' },
        newVersion: false,
        facts: { table: 'orders', version: '4611686018427387905', leastBookmarks: { updated_at: '2031-01-01' }, maxTimeExtracted: 5 },
        versions: undefined,
        ...changes,
      };
      await recordLoad(store, load);
      return load;
    },
    async hook(url = `https://hook.example.test:${receiver.port}${path}`, at = destinationId) {
      return (await createHook(plane.operator, accountId, { destinationId: at, url }, async () => '93.184.215.14')).row.id;
    },
    start(options = {}) {
      const sender = createHookSender({
        outbox: createHookOutbox({ ...plane.parts, sendsMail: true, retryDelaysMs: [0, 0, 0, 0, 0] }),
        egress: loopback,
        signingKey: () => key,
        log: { warn: (fields, message) => void logged.push(`${message} ${JSON.stringify(fields)}`) },
        now: () => plane.clock.now,
        everyMs: 5,
        ca: receiver.certificate,
        ...options,
      });
      onTestFinished(() => sender.stop());
      sender.start();
      return sender;
    },
    waiting: async () => (await store.read.selectFrom('hook_delivery').select('id').execute()).length,
    alerts: () => store.read.selectFrom('alert').select(['subject', 'cleared_at', 'message']).orderBy('id').execute(),
  };
}

/** Certificates need the program `openssl`; without it these tests are skipped. */
describe.skipIf(!hasOpenssl)('§14.22: the sender of hooks', () => {
  it('tells of a load in the documented body, signed, once', async () => {
    const delivering = await createDelivering();
    const { receiver, plane, key } = delivering;
    await delivering.hook();
    const load = await delivering.load();
    await recordLoad(plane.parts.store, load);
    delivering.start();
    await vi.waitUntil(async () => receiver.received.length > 0 && (await delivering.waiting()) === 0);
    expect(receiver.received).toHaveLength(1);
    const [request] = receiver.received;
    expect(request).toMatchObject({ method: 'POST', path });
    const body = request?.body ?? '';
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'StitchLoadingWebhook',
      host: `hook.example.test:${receiver.port}`,
      'thimble-load-id': 'load-1',
      'content-length': String(Buffer.byteLength(body)),
    });
    const [, seconds, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(request?.headers['thimble-signature'])) ?? [];
    expect(Number(seconds)).toBe(Math.trunc(plane.clock.now / 1000));
    expect(mac).toBe(createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex'));
    expect(body).toContain('"table_version":4611686018427387905,');
    expect(JSON.parse(body)).toEqual({
      version: '1.0',
      integration_name: 'shop',
      source_root_table_name: 'Orders',
      destination_root_table_name: 'orders',
      table_version: expect.any(Number),
      new_version: false,
      minimum_sdc_batched_at: '2031-04-02T08:59:00.995Z',
      tables: [
        {
          source_table_name: 'Orders',
          destination_table_name: 'orders',
          num_rows: 3,
          num_rows_rejected: 1,
          max_time_extracted: '1970-01-01T00:00:00.005Z',
          bookmark_metadata: [{ key: 'updated_at', min_value: '2031-01-01', max_value: '2031-01-09' }],
        },
        {
          source_table_name: 'lines',
          destination_table_name: 'orders__lines',
          num_rows: 5,
          num_rows_rejected: 0,
          max_time_extracted: '1970-01-01T00:00:00.005Z',
          bookmark_metadata: [],
        },
      ],
    });
    expect(await delivering.alerts()).toEqual([]);
  });

  it('tells every enabled hook of the destination, of rejections too, and of nothing when nothing loaded', async () => {
    const delivering = await createDelivering();
    const { receiver, plane, accountId } = delivering;
    const base = `https://hook.example.test:${receiver.port}`;
    const other = await createDestination(plane.operator, accountId, { type: 'duckdb', properties: {} });
    await delivering.hook(`${base}/one`);
    await delivering.hook(`${base}/two`);
    await setHookEnabled(plane.operator, accountId, await delivering.hook(`${base}/disabled`), false);
    await delivering.hook(`${base}/other`, other.row.id);
    const nothing = { received: 2, rejected: 0, superseded: 2, replacedSurrogates: 0 };
    await delivering.load({ counts: nothing, loaded: { orders: 0 } });
    await delivering.load({ loaded: {}, counts: { ...nothing, rejected: 2, superseded: 0 }, bookmarks: {} });
    delivering.start();
    await vi.waitUntil(async () => (await delivering.waiting()) === 0);
    expect(receiver.received.map((request) => request.path).toSorted()).toEqual(['/one', '/two']);
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({
      tables: [{ destination_table_name: 'orders', num_rows: 0, num_rows_rejected: 2, bookmark_metadata: null }],
    });
  });

  it.each<
    [string, (receiver: HttpsReceiver) => { answer?: 500 | 302 | 'nothing'; url?: string; options?: Partial<HookSenderOptions> }, RegExp]
  >([
    ['an error', () => ({ answer: 500 }), /status 500/],
    ['a redirect, which is not followed', () => ({ answer: 302 }), /status 302/],
    ['silence', () => ({ answer: 'nothing', options: { timeoutMs: 50 } }), /No answer in time/],
    ['no listener', () => ({ url: 'https://hook.example.test:1/' }), /ECONNREFUSED/],
    ['the certificate of another', ({ port }) => ({ url: `https://other.example.test:${port}/` }), /ERR_TLS_CERT_ALTNAME_INVALID/],
    ['a private address', () => ({ options: { egress: publicOnly } }), /does not connect to/],
    [
      'a name that never resolves',
      () => ({ options: { egress: () => new Promise(() => undefined), timeoutMs: 50 } }),
      /not resolved in time/,
    ],
  ])('gives up after five retries of %s, tells people once, and the hook can recover', async (_what, setting, reason) => {
    const delivering = await createDelivering();
    const { receiver, plane, accountId } = delivering;
    const { answer, url, options } = setting(receiver);
    if (answer !== undefined) receiver.answer = () => answer;
    await createCustomEmail(plane.operator, accountId, 'ops@example.test');
    const hookId = await delivering.hook(url);
    await delivering.load();
    await delivering.load();
    const failing = delivering.start(options);
    await vi.waitUntil(async () => (await delivering.waiting()) === 0, { timeout: 10_000 });
    await failing.stop();
    // A silent receiver may be given up before it has read the request.
    if (answer !== 'nothing') expect(receiver.received).toHaveLength(answer === undefined ? 0 : 12);
    expect(delivering.logged).toHaveLength(12);
    const alerts = await delivering.alerts();
    expect(alerts).toMatchObject([{ subject: `hook:${hookId}`, cleared_at: null, message: expect.stringMatching(reason) }]);
    const mails = await plane.parts.store.read.selectFrom('mail').select(['recipient', 'subject', 'next_attempt_at']).execute();
    expect(mails.map(({ recipient }) => recipient).toSorted()).toEqual(['ann1@example.com', 'ops@example.test']);
    expect(mails[0]).toMatchObject({ subject: 'Unable to Deliver Post Load Notification', next_attempt_at: expect.any(Number) });
    expect(await listNotifications(plane.operator, accountId)).toMatchObject([
      { level: 'warning', destinationId: delivering.destinationId, sourceId: undefined },
    ]);
    expect(JSON.stringify([alerts, delivering.logged])).not.toContain('secret-part');
    if (url !== undefined) return;
    receiver.answer = () => 204;
    await delivering.load();
    delivering.start();
    await vi.waitUntil(async () => (await delivering.alerts())[0]?.cleared_at !== null);
    expect(await delivering.waiting()).toBe(0);
  });

  it('gives a receiver thirty seconds to answer', async () => {
    const clock = vi.spyOn(AbortSignal, 'timeout');
    onTestFinished(() => clock.mockRestore());
    const timers: AbortController[] = [];
    clock.mockImplementation((ms) => {
      expect(ms).toBe(30_000);
      const timer = new AbortController();
      timers.push(timer);
      return timer.signal;
    });
    const delivering = await createDelivering();
    const { receiver } = delivering;
    receiver.answer = () => 'nothing';
    await delivering.hook();
    await delivering.load();
    delivering.start();
    await vi.waitUntil(() => receiver.received.length === 1);
    expect([timers.length, delivering.logged]).toEqual([1, []]);
    timers[0]?.abort();
    await vi.waitUntil(() => receiver.received.length === 2);
    expect(delivering.logged).toEqual([expect.stringContaining('No answer in time')]);
    receiver.answer = () => 200;
    timers[1]?.abort();
    await vi.waitUntil(async () => (await delivering.waiting()) === 0);
    expect([timers.length, receiver.received.length]).toEqual([3, 3]);
  });

  it('waits longer from retry to retry', async () => {
    const delivering = await createDelivering();
    await delivering.hook();
    await delivering.load();
    const outbox = createHookOutbox({ ...delivering.plane.parts, sendsMail: false });
    const waits: number[] = [];
    for (;;) {
      const [delivery] = await outbox.due();
      if (delivery === undefined) break;
      await outbox.failed(delivery, 'no');
      const row = await delivering.plane.parts.store.read.selectFrom('hook_delivery').select('next_attempt_at').executeTakeFirst();
      if (row === undefined) break;
      waits.push((row.next_attempt_at - delivering.plane.clock.now) / 1000);
      delivering.plane.clock.now = row.next_attempt_at;
    }
    expect(waits).toEqual([10, 30, 120, 600, 1800]);
    expect(await delivering.alerts()).toHaveLength(1);
  });

  it('resolves a host once for each request and connects to that address', async () => {
    const delivering = await createDelivering();
    const asked: string[] = [];
    const addresses = ['127.0.0.1', '169.254.169.254'];
    const egress = createEgress({ privateAllowed: true, allowed: [] }, async (host) => {
      asked.push(host);
      return [{ address: addresses[asked.length - 1] ?? '' }];
    });
    await delivering.hook();
    await delivering.load();
    delivering.start({ egress });
    await vi.waitUntil(async () => delivering.receiver.received.length > 0 && (await delivering.waiting()) === 0);
    expect(asked).toEqual(['hook.example.test']);
  });

  it('goes on with other hooks while one is silent', async () => {
    const delivering = await createDelivering();
    const { receiver } = delivering;
    receiver.answer = (request) => (request.path === '/silent' ? 'nothing' : 200);
    await delivering.hook(`https://hook.example.test:${receiver.port}/silent`);
    await delivering.hook(`https://hook.example.test:${receiver.port}/quick`);
    for (let load = 0; load < 5; load += 1) await delivering.load();
    delivering.start();
    await vi.waitUntil(() => receiver.received.filter((request) => request.path === '/quick').length === 5);
    expect(receiver.received.filter((request) => request.path === '/silent')).toHaveLength(1);
  });

  it('sends again what a stop cut short, and does not count it as a failure', async () => {
    const delivering = await createDelivering();
    const { receiver } = delivering;
    receiver.answer = () => 'nothing';
    await delivering.hook();
    await delivering.load();
    const stopped = delivering.start();
    await vi.waitUntil(() => receiver.received.length === 1);
    await stopped.stop();
    const row = await delivering.plane.parts.store.read.selectFrom('hook_delivery').selectAll().executeTakeFirstOrThrow();
    expect(row.attempts).toBe(0);
    receiver.answer = () => 200;
    delivering.start();
    await vi.waitUntil(async () => (await delivering.waiting()) === 0);
    expect(receiver.received.map((request) => request.headers['thimble-load-id'])).toEqual(['load-1', 'load-1']);
  });

  it('tells nobody of a hook that was disabled meanwhile', async () => {
    const delivering = await createDelivering();
    const { receiver, plane, accountId } = delivering;
    receiver.answer = () => 'nothing';
    const hookId = await delivering.hook();
    await delivering.load();
    const outbox = createHookOutbox({ ...plane.parts, sendsMail: true, retryDelaysMs: [] });
    const [delivery] = await outbox.due();
    if (delivery === undefined) throw new Error('nothing is due');
    await setHookEnabled(plane.operator, accountId, hookId, false);
    await outbox.failed(delivery, 'no');
    expect(await delivering.alerts()).toEqual([]);
    expect(await delivering.waiting()).toBe(0);
    await delivering.load();
    expect(await delivering.waiting()).toBe(0);
  });
});
