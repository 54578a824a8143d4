import { onTestFinished, describe, expect, it } from 'vitest';
import { createControlPlane, type ControlPlane } from '../../../tests/support/control-plane.ts';
import type { Store } from '../../store/database.ts';
import { createChanges } from '../changes.ts';
import type { DomainContext } from '../context.ts';
import { createDestinationChecks, type DestinationChecks } from './checks.ts';
import { createDestination } from './create.ts';
import { deleteDestination } from './delete.ts';
import { getDestinationCheck } from './get.ts';
import { createDestinationOpener, type OpenedDestination } from './open.ts';
import { updateDestination } from './update.ts';
import type { ConnectionCheckRow } from './view.ts';

const properties = { host: 'h', port: 1, database: 'd', username: 'u', password: 'pw', ssl: false, encryption_type: 'none' };

interface Checking {
  readonly ctx: DomainContext;
  readonly accountId: number;
  readonly checks: DestinationChecks;
  readonly logged: string[];
  /** A second runner on the same store, as after a restart. */
  again(): DestinationChecks;
}

async function createChecking(
  options: { plane?: ControlPlane; timeoutMs?: number; wrapStore?: (store: Store) => Store } = {},
): Promise<Checking> {
  const plane = options.plane ?? (await createControlPlane());
  const { accountId } = await plane.account();
  const { store } = plane.parts;
  const logged: string[] = [];
  const opener = createDestinationOpener({ sealer: plane.parts.sealer, warehouseDirectory: '/w' });
  const again = (): DestinationChecks => {
    const made = createDestinationChecks({
      store: options.wrapStore?.(store) ?? store,
      retryMs: 5,
      opener,
      now: plane.parts.now,
      timeoutMs: options.timeoutMs ?? 60_000,
      log: { error: (_fields, message) => void logged.push(message) },
    });
    onTestFinished(() => made.stop());
    return made;
  };
  const checks = again();
  const changes = createChanges({ ...plane.parts, revokedLog: plane.revokedLog, onDestinationsChanged: async () => checks.wake() });
  return { ctx: { ...plane.operator, changes }, accountId, checks, logged, again };
}

async function ended({ ctx, accountId }: Checking, id: number): Promise<ConnectionCheckRow> {
  for (;;) {
    const check = await getDestinationCheck(ctx, accountId, id);
    if (check.completed_at !== null) return check;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const nothing = (): void => undefined;

describe('checks of destinations', () => {
  it('ask the destination as it is stored, and record that it can be used', async () => {
    const checking = await createChecking();
    const asked: OpenedDestination[] = [];
    const usable: number[] = [];
    checking.checks.start(
      async (destination) => void asked.push(destination),
      (id) => void usable.push(id),
    );
    const { row, check } = await createDestination(checking.ctx, checking.accountId, { type: 'postgres', properties });
    expect(check).toMatchObject({ completed_at: null, error_message: null });
    expect(await ended(checking, row.id)).toMatchObject({ name: check?.name, error_message: null });
    expect(asked).toMatchObject([{ id: row.id, kind: 'postgres', connection: { user: 'u', password: 'pw', tls: 'disable' } }]);
    expect(usable).toEqual([row.id]);
  });

  it('ask it with the type its timestamps are to have', async () => {
    const checking = await createChecking();
    const asked: OpenedDestination[] = [];
    checking.checks.start(async (destination) => void asked.push(destination), nothing);
    const input = { type: 'postgres', properties: { ...properties, timestamps: 'with-zone' } };
    const { row } = await createDestination(checking.ctx, checking.accountId, input);
    await ended(checking, row.id);
    expect(asked).toMatchObject([{ id: row.id, timestamps: 'with-zone' }]);
  });

  it("record the destination's own text when it cannot be used", async () => {
    const checking = await createChecking();
    const usable: number[] = [];
    checking.checks.start(
      () => Promise.reject(new Error('role "u" does not exist')),
      (id) => void usable.push(id),
    );
    const { row } = await createDestination(checking.ctx, checking.accountId, { type: 'postgres', properties });
    expect(await ended(checking, row.id)).toMatchObject({ error_message: 'role "u" does not exist' });
    expect(usable).toEqual([]);
  });

  it('let the newest win when a destination changes while it is checked', async () => {
    const checking = await createChecking();
    const slow = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const answers = [slow.promise];
    checking.checks.start(() => {
      asked.resolve();
      return answers.pop() ?? Promise.resolve();
    }, nothing);
    const { row } = await createDestination(checking.ctx, checking.accountId, { type: 'postgres', properties });
    await asked.promise;
    const { check } = await updateDestination(checking.ctx, checking.accountId, row.id, { properties: { host: 'other', password: 'p' } });
    expect(await ended(checking, row.id)).toMatchObject({ name: check?.name, error_message: null });
    slow.reject(new Error('of the old host'));
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(await ended(checking, row.id)).toMatchObject({ name: check?.name, error_message: null });
  });

  it('are run again after a stop cut them short', async () => {
    const checking = await createChecking();
    checking.checks.start(() => Promise.withResolvers<void>().promise, nothing);
    const { row, check } = await createDestination(checking.ctx, checking.accountId, { type: 'postgres', properties });
    await checking.checks.stop();
    expect(await getDestinationCheck(checking.ctx, checking.accountId, row.id)).toMatchObject({ completed_at: null });
    checking.again().start(() => Promise.resolve(), nothing);
    expect(await ended(checking, row.id)).toMatchObject({ name: check?.name, error_message: null });
  });

  it('end when the destination does not answer at all', async () => {
    const checking = await createChecking({ timeoutMs: 5 });
    checking.checks.start(() => Promise.withResolvers<void>().promise, nothing);
    const { row } = await createDestination(checking.ctx, checking.accountId, { type: 'postgres', properties });
    expect(await ended(checking, row.id)).toMatchObject({ error_message: 'The destination did not answer in time.' });
  });

  it('can be asked for by the system, but not for what was deleted', async () => {
    const checking = await createChecking();
    let asked = 0;
    checking.checks.start(async () => void (asked += 1), nothing);
    const { row, check } = await createDestination(checking.ctx, checking.accountId, { type: 'postgres', properties });
    await ended(checking, row.id);
    await checking.checks.ask(row.id);
    expect((await ended(checking, row.id)).name).not.toBe(check?.name);
    await deleteDestination(checking.ctx, checking.accountId, row.id);
    await checking.checks.ask(row.id);
    await checking.checks.ask(424_242);
    expect(asked).toBe(2);
    expect(checking.logged).toEqual([]);
  });

  it('are many at once, and every one of them ends', async () => {
    const checking = await createChecking();
    let running = 0;
    let most = 0;
    checking.checks.start(async () => {
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    }, nothing);
    const made = await Promise.all(
      Array.from({ length: 12 }, () => createDestination(checking.ctx, checking.accountId, { type: 'postgres', properties })),
    );
    for (const { row } of made) expect(await ended(checking, row.id)).toMatchObject({ error_message: null });
    expect(most).toBeLessThanOrEqual(4);
  });

  it('hold no other up when their results cannot be stored, and are stored once that works again', async () => {
    let full = true;
    const wrapStore = (store: Store): Store => ({
      ...store,
      transaction: (work) => (full ? Promise.reject(new Error('database or disk is full')) : store.transaction(work)),
    });
    const checking = await createChecking({ wrapStore });
    const asked = new Map<number, number>();
    checking.checks.start(async ({ id }) => void asked.set(id, (asked.get(id) ?? 0) + 1), nothing);
    const made = await Promise.all(
      Array.from({ length: 9 }, () => createDestination(checking.ctx, checking.accountId, { type: 'postgres', properties })),
    );
    await expect.poll(() => asked.size).toBe(9);
    // Each was refused a few times more.
    await expect.poll(() => checking.logged.length).toBeGreaterThan(40);
    full = false;
    for (const { row } of made) expect(await ended(checking, row.id)).toMatchObject({ error_message: null });
    expect([...asked.values()]).toEqual(Array.from({ length: 9 }, () => 1));
  });
});
