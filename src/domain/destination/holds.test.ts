import { expect, it, onTestFinished } from 'vitest';
import { createControlPlane, type ControlPlane } from '../../../tests/support/control-plane.ts';
import { describeStores, type StoreEngine } from '../../../tests/support/store-engines.ts';
import { findPartner, type PartnerRow } from '../../store/queries/partner.ts';
import { createApiKey } from '../api-key/create.ts';
import { createChanges } from '../changes.ts';
import { keyActor, type DomainContext } from '../context.ts';
import { listNotifications } from '../notification/list.ts';
import { deletePartnerKey } from '../partner-key/delete.ts';
import { disablePartnerKey } from '../partner-key/disable.ts';
import { enablePartnerKey } from '../partner-key/enable.ts';
import { insertPartnerKey } from '../partner-key/insert.ts';
import { removePartner } from '../partner/remove.ts';
import { resumePartner, suspendPartner } from '../partner/set-suspended.ts';
import { createSource } from '../source/create.ts';
import { createRouteTable, type RouteTable } from '../source/route-table.ts';
import { viewSources } from '../source/view.ts';
import { createDestinationChecks } from './checks.ts';
import { createDestination } from './create.ts';
import { deleteDestination } from './delete.ts';
import { getDestination, getDestinationCheck } from './get.ts';
import { createHolds, type Holds } from './holds.ts';
import { createDestinationOpener } from './open.ts';
import { takeOverDestination } from './take-over.ts';
import { updateDestination } from './update.ts';

const properties = { host: 'h', port: 1, database: 'd', username: 'u', password: 'pw', ssl: false, encryption_type: 'none' };

interface Partnered {
  readonly plane: ControlPlane;
  readonly ann: DomainContext;
  readonly operator: DomainContext;
  readonly accountId: number;
  readonly keyId: number;
  /** A PostgreSQL the partner created, and a source that loads into it. */
  readonly destinationId: number;
  readonly sourceId: number;
  readonly routes: RouteTable;
  readonly holds: Holds;
  /** What the loader was told, oldest first. */
  readonly told: string[];
  readonly asPartner: DomainContext;
  /** What `whenHeld` does. */
  readonly waiting: { work: () => Promise<void> };
  /** Authorizes the partner anew. */
  consent(expiresAt?: number): Promise<number>;
}

async function createPartnered(engine: StoreEngine): Promise<Partnered> {
  const plane = await createControlPlane({ store: await engine.temporaryStore() });
  const { accountId, memberId } = await plane.account();
  const { store } = plane.parts;
  const told: string[] = [];
  const waiting = { work: async (): Promise<void> => undefined };
  const opener = createDestinationOpener({ sealer: plane.parts.sealer, warehouseDirectory: '/w' });
  const { now } = plane.parts;
  const routes = createRouteTable({ store, opener, now, onUnreadable: () => undefined });
  const holds = createHolds({
    heldFrom: (id) => routes.heldFrom(id),
    now,
    onHeld: (id) => void told.push(`held ${id}`),
    onReleased: (id) => void told.push(`released ${id}`),
    log: { error: (_fields, message) => void told.push(message) },
  });
  onTestFinished(() => holds.stop());
  const changes = createChanges({
    ...plane.parts,
    revokedLog: plane.revokedLog,
    onSourcesChanged: (ids) => routes.refresh(ids),
    async onDestinationsChanged(ids, cutOff) {
      await routes.refreshDestinations(ids);
      told.push(...cutOff.map((id) => `cut off ${id}`));
      holds.changed(ids);
    },
    whenHeld: () => waiting.work(),
  });
  const operator = { ...plane.operator, changes };
  const as = (actor: DomainContext['actor']): DomainContext => ({ ...operator, actor });
  const columns = { id: 7, name: 'Loom Works', created_at: 1, client_id: 'oc_LoomWorks123' };
  await store.transaction((tx) => tx.insertInto('partner').values(columns).execute());
  plane.registry.apply([{ kind: 'partner', partnerId: 7, active: true }]);
  const partner = (await findPartner(store.read, 7)) as PartnerRow;
  const consent = (expiresAt: number | null = null): Promise<number> =>
    changes.commit('partner:7', async (tx, effects) => {
      const { row } = await insertPartnerKey(operator, tx, effects, { partner, accountId, memberId, expiresAt });
      return row.id;
    });
  const keyId = await consent();
  const asPartner = as(keyActor({ credentialId: keyId, accountId, memberId, partnerId: 7 }));
  const { row } = await createDestination(asPartner, accountId, { type: 'postgres', properties });
  const source = await createSource(operator, accountId, { type: 'import_api', display_name: 'Shop', destination_id: row.id });
  return {
    plane,
    ann: as({ kind: 'member', memberId, accountId, sessionId: undefined }),
    operator,
    accountId,
    keyId,
    destinationId: row.id,
    sourceId: source.id,
    routes,
    holds,
    told,
    asPartner,
    waiting,
    consent,
  };
}

async function holdOf({ ann, accountId, destinationId }: Partnered): Promise<unknown> {
  return (await getDestination(ann, accountId, destinationId)).hold;
}

async function auditOf({ plane }: Partnered, subject: string): Promise<string[]> {
  const rows = await plane.parts.store.read.selectFrom('audit').selectAll().where('subject', '=', subject).orderBy('seq').execute();
  return rows.map(({ actor, verb }) => `${actor} ${verb}`);
}

describeStores('a destination that a partner created', (engine) => {
  it('is held while its key is disabled, says so everywhere, and goes on at once when it is enabled again', async () => {
    const partnered = await createPartnered(engine);
    const { plane, ann, accountId, keyId, destinationId, sourceId, routes, told } = partnered;
    expect(routes.find(sourceId)).toMatchObject({ destination: { id: destinationId } });
    plane.clock.now += 5000;
    await disablePartnerKey(ann, keyId);
    expect(routes.find(sourceId)).toBeUndefined();
    expect(routes.findDestination(destinationId)).toBeUndefined();
    expect(told).toEqual([`held ${destinationId}`]);
    expect(await holdOf(partnered)).toEqual({ reason: 'key_disabled', partner: 'Loom Works', since: plane.clock.now });
    const [notification, ...others] = await listNotifications(ann, accountId);
    expect(notification).toMatchObject({
      level: 'warning',
      destinationId,
      details: expect.stringMatching(/Loom Works.*disabled/) as string,
    });
    expect(others).toEqual([]);
    expect(await viewSources(ann, accountId)).toMatchObject([{ status: 'held', statusReason: notification?.details }]);
    await disablePartnerKey(ann, keyId);
    expect(await listNotifications(ann, accountId)).toHaveLength(1);
    await enablePartnerKey(ann, keyId);
    expect(routes.find(sourceId)).toMatchObject({ destination: { id: destinationId } });
    expect(told.at(-1)).toBe(`released ${destinationId}`);
    expect(await holdOf(partnered)).toBeUndefined();
    expect(await listNotifications(ann, accountId)).toEqual([]);
    expect(await viewSources(ann, accountId)).toMatchObject([{ status: 'active' }]);
    expect(await auditOf(partnered, `destination:${destinationId}`)).toEqual([
      'partner:7 destination.create',
      `${actorOf(ann)} destination.hold`,
      `${actorOf(ann)} destination.release`,
    ]);
  });

  it('is held when its key was deleted, until the partner is authorized anew', async () => {
    const partnered = await createPartnered(engine);
    const { ann, accountId, keyId, routes, sourceId, consent } = partnered;
    await disablePartnerKey(ann, keyId);
    await deletePartnerKey(ann, keyId, { compromised: true });
    expect(await holdOf(partnered)).toMatchObject({ reason: 'key_deleted' });
    expect(await listNotifications(ann, accountId)).toMatchObject([{ details: expect.stringContaining('was deleted') as string }]);
    await consent();
    expect(await holdOf(partnered)).toBeUndefined();
    expect(routes.find(sourceId)).toBeDefined();
    expect(await listNotifications(ann, accountId)).toEqual([]);
  });

  it('is held while the operator suspends the partner, and after its removal', async () => {
    const partnered = await createPartnered(engine);
    const { operator, routes, sourceId, told, destinationId } = partnered;
    await suspendPartner(operator, 'oc_LoomWorks123');
    expect(await holdOf(partnered)).toMatchObject({ reason: 'partner_suspended' });
    expect(routes.find(sourceId)).toBeUndefined();
    await resumePartner(operator, 'oc_LoomWorks123');
    expect(routes.find(sourceId)).toBeDefined();
    await removePartner(operator, 'oc_LoomWorks123');
    expect(await holdOf(partnered)).toMatchObject({ reason: 'partner_removed', partner: 'Loom Works' });
    expect(routes.find(sourceId)).toBeUndefined();
    expect(told.filter((line) => line.startsWith('released'))).toEqual([`released ${destinationId}`]);
  });

  it('is held from the moment its key expires, also when nobody does anything, and after a start', async () => {
    const partnered = await createPartnered(engine);
    const { plane, operator, ann, accountId, routes, sourceId, holds, consent, destinationId } = partnered;
    const expiresAt = plane.clock.now + 60_000;
    await consent(expiresAt);
    await holds.start({ ...operator, actor: { kind: 'system' } });
    expect(routes.heldFrom(destinationId)).toBe(expiresAt);
    plane.clock.now = expiresAt - 1;
    expect(routes.find(sourceId)).toBeDefined();
    plane.clock.now = expiresAt;
    expect(routes.find(sourceId)).toBeUndefined();
    expect(await holdOf(partnered)).toEqual({ reason: 'key_expired', partner: 'Loom Works', since: expiresAt });
    expect(await listNotifications(ann, accountId)).toEqual([]);
    await holds.start({ ...operator, actor: { kind: 'system' } });
    expect(await listNotifications(ann, accountId)).toMatchObject([{ details: expect.stringContaining('has expired') as string }]);
    await consent(plane.clock.now + 50);
    expect(await listNotifications(ann, accountId)).toEqual([]);
    plane.clock.now += 50;
    // The timer runs by the time that really passes.
    await expect.poll(() => listNotifications(ann, accountId)).toHaveLength(1);
  });

  it('is answered for only when no load into it can commit; the repeated call waits again', async () => {
    const { ann, keyId, waiting, operator } = await createPartnered(engine);
    let asked = 0;
    waiting.work = async () => {
      asked += 1;
      throw new Error('A load is still committing.');
    };
    await expect(disablePartnerKey(ann, keyId)).rejects.toMatchObject({ code: 'not_confirmed' });
    await expect(disablePartnerKey(ann, keyId)).rejects.toMatchObject({ code: 'not_confirmed' });
    await expect(suspendPartner(operator, 'oc_LoomWorks123')).rejects.toMatchObject({ code: 'not_confirmed' });
    await expect(suspendPartner(operator, 'oc_LoomWorks123')).rejects.toMatchObject({ code: 'not_confirmed' });
    await expect(deletePartnerKey(ann, keyId, { compromised: false })).rejects.toMatchObject({ code: 'not_confirmed' });
    await expect(deletePartnerKey(ann, keyId, { compromised: false })).rejects.toMatchObject({ code: 'not_confirmed' });
    expect(asked).toBe(6);
    waiting.work = async () => undefined;
    await disablePartnerKey(ann, keyId).catch((error: unknown) => expect(error).toMatchObject({ code: 'invalid_id' }));
    await deletePartnerKey(ann, keyId, { compromised: false });
  });

  it('is not connected to by a check while it is held, which says why', async () => {
    const { plane, ann, accountId, keyId, destinationId } = await createPartnered(engine);
    const opener = createDestinationOpener({ sealer: plane.parts.sealer, warehouseDirectory: '/w' });
    const { store, now } = plane.parts;
    const checks = createDestinationChecks({ store, opener, now, timeoutMs: 60_000, log: { error: () => undefined } });
    onTestFinished(() => checks.stop());
    const error = async (): Promise<unknown> => (await getDestinationCheck(ann, accountId, destinationId)).error_message;
    await disablePartnerKey(ann, keyId);
    const probed: number[] = [];
    checks.start(
      async ({ id }) => void probed.push(id),
      () => undefined,
    );
    await expect.poll(error).toMatch(/Loom Works.*is disabled.*Nothing connects/);
    expect(probed).not.toContain(destinationId);
    await enablePartnerKey(ann, keyId);
    checks.wake();
    await expect.poll(() => probed).toContain(destinationId);
    await expect.poll(error).toBeNull();
  });
});

describeStores('taking a destination over', (engine) => {
  it('takes all its credentials, and unbinds and releases it', async () => {
    const partnered = await createPartnered(engine);
    const { ann, accountId, keyId, destinationId, routes, sourceId } = partnered;
    await disablePartnerKey(ann, keyId);
    const take = (given: Record<string, string>): Promise<unknown> =>
      takeOverDestination(ann, accountId, destinationId, { properties: given });
    await expect(take({})).rejects.toMatchObject({ code: 'invalid_properties', message: expect.stringContaining('password') as string });
    await expect(take({ username: 'v' })).rejects.toMatchObject({ code: 'invalid_properties' });
    await updateDestination(ann, accountId, destinationId, { properties: { username: 'v' } });
    expect(await holdOf(partnered)).toBeDefined();
    expect(await take({ password: 'other' })).toMatchObject({ hold: undefined, partner: undefined, row: { partner_id: null } });
    expect(routes.find(sourceId)).toMatchObject({ destination: { connection: { user: 'v', password: 'other' } } });
    expect(await listNotifications(ann, accountId)).toEqual([]);
    expect((await auditOf(partnered, `destination:${destinationId}`)).slice(-1)).toEqual([`${actorOf(ann)} destination.take_over`]);
    await deletePartnerKey(ann, keyId, { compromised: false });
    expect(await holdOf(partnered)).toBeUndefined();
  });

  it('or deleting it is answered for only when no load on its way to the partner can commit; the repeated call waits again', async () => {
    const { ann, accountId, keyId, destinationId, waiting, told, asPartner } = await createPartnered(engine);
    const other = (await createDestination(asPartner, accountId, { type: 'postgres', properties })).row.id;
    told.length = 0;
    let asked = 0;
    const fail = async (): Promise<void> => {
      asked += 1;
      throw new Error('A load is still committing.');
    };
    waiting.work = fail;
    const take = (): Promise<unknown> => takeOverDestination(ann, accountId, destinationId, { properties: { password: 'other' } });
    const remove = (): Promise<unknown> => deleteDestination(ann, accountId, other);
    for (const work of [take, take, remove, remove]) await expect(work()).rejects.toMatchObject({ code: 'not_confirmed' });
    expect([asked, told]).toEqual([4, [`cut off ${destinationId}`, `cut off ${other}`]]);
    waiting.work = async () => undefined;
    await take();
    await remove();
    await expect(remove()).rejects.toMatchObject({ code: 'invalid_id' });
    waiting.work = fail;
    // Neither is the partner's any more, nor is another change of them one of rights.
    await disablePartnerKey(ann, keyId);
    await take();
    expect(asked).toBe(4);
  });

  it('is what an API key of the account does by sending all credentials, but never a partner', async () => {
    const partnered = await createPartnered(engine);
    const { operator, ann, accountId, destinationId, asPartner, keyId } = partnered;
    const bound = async (): Promise<number | null> => (await getDestination(ann, accountId, destinationId)).row.partner_id;
    await updateDestination(asPartner, accountId, destinationId, { properties: { password: 'rotated' } });
    expect(await bound()).toBe(7);
    await expect(takeOverDestination(asPartner, accountId, destinationId, { properties: { password: 'x' } })).rejects.toMatchObject({
      code: 'access_denied',
    });
    await disablePartnerKey(ann, keyId);
    const { row } = await createApiKey(operator, { accountId, description: 'own' });
    const own = keyActor({ credentialId: row.id, accountId, memberId: row.member_id ?? 0, partnerId: undefined });
    await updateDestination({ ...operator, actor: own }, accountId, destinationId, { properties: { password: 'mine' } });
    expect(await bound()).toBeNull();
    expect(await holdOf(partnered)).toBeUndefined();
  });

  it('of an embedded warehouse, which has no credentials, is the word of a member, and nothing else', async () => {
    const { ann, accountId, keyId, asPartner } = await createPartnered(engine);
    const { row } = await createDestination(asPartner, accountId, { type: 'duckdb', properties: {} });
    await disablePartnerKey(ann, keyId);
    expect(await updateDestination(ann, accountId, row.id, { description: 'ours' })).toMatchObject({ hold: { reason: 'key_disabled' } });
    expect(await takeOverDestination(ann, accountId, row.id, { properties: {} })).toMatchObject({ hold: undefined });
  });
});

describeStores('what a partner did not create, or a member deleted', (engine) => {
  it('is not bound by a change of the partner, whom the audit trail names', async () => {
    const partnered = await createPartnered(engine);
    const { operator, ann, accountId, asPartner, keyId } = partnered;
    const { row } = await createDestination(operator, accountId, { type: 'postgres', properties });
    await updateDestination(asPartner, accountId, row.id, { properties: { password: 'theirs' } });
    expect((await getDestination(ann, accountId, row.id)).row.partner_id).toBeNull();
    expect(await auditOf(partnered, `destination:${row.id}`)).toEqual(['operator destination.create', 'partner:7 destination.update']);
    await disablePartnerKey(ann, keyId);
    expect((await getDestination(ann, accountId, row.id)).hold).toBeUndefined();
  });

  it('is held no more', async () => {
    const { ann, accountId, keyId, destinationId } = await createPartnered(engine);
    await disablePartnerKey(ann, keyId);
    await deleteDestination(ann, accountId, destinationId);
    expect(await listNotifications(ann, accountId)).toEqual([]);
  });
});

function actorOf({ actor }: DomainContext): string {
  return actor.kind === 'member' ? `member:${actor.memberId}` : actor.kind;
}
