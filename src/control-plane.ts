/** The control half of the composition root: lock, store, keys, registry and the parts every verb works with, in the order they need each other. */
import { mkdirSync } from 'node:fs';
import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { loadRegistry } from './access/load-registry.ts';
import { createMint } from './access/mint.ts';
import { createPeppers } from './access/peppers.ts';
import { createRegistry } from './access/registry.ts';
import { openRevokedLog } from './access/revoked-log.ts';
import { createSealer } from './access/seal.ts';
import type { Config } from './config/config.ts';
import { loadMasterKey } from './config/secrets.ts';
import { openControlStore } from './control-store.ts';
import { planFeatures } from './domain/account/plans.ts';
import { createChanges } from './domain/changes.ts';
import type { DomainParts } from './domain/context.ts';
import { createDestinationChecks, type DestinationChecks } from './domain/destination/checks.ts';
import { createHolds, type Holds } from './domain/destination/holds.ts';
import { createDestinationOpener, type OpenedDestination } from './domain/destination/open.ts';
import { replayRevoked } from './domain/credential/replay-revoked.ts';
import { createUsageWriter, type UsageWriter } from './domain/credential/usage-writer.ts';
import { createReceivedLog, type ReceivedLog } from './domain/source/received-log.ts';
import { createRouteTable, type RouteTable } from './domain/source/route-table.ts';
import { createUpkeep, type Upkeep } from './domain/upkeep.ts';
import { createAuditTrail } from './store/audit.ts';
import { acquireDataLock } from './store/data-lock.ts';
import { confirmKey, isKeyed } from './store/key-check.ts';
import type { Log } from './telemetry/log.ts';

/** Raised by one when the pepper is rotated; credentials keep theirs until they are rotated themselves. */
const currentPepperId = 1;
/** The same for sealed credentials. */
const currentSealId = 1;
const usageEveryMs = 2000;
const upkeepEveryMs = 3_600_000;
const checkTimeoutMs = 300_000;

export interface ControlPlane {
  /** False once another server may have taken over: nothing may be accepted any more. */
  readonly isAlone: () => boolean;
  readonly parts: DomainParts;
  readonly routes: RouteTable & { readonly warehouseDirectory: string };
  readonly checks: DestinationChecks;
  /** To be started once loads are. */
  readonly holds: Pick<Holds, 'start'>;
  readonly received: ReceivedLog;
  readonly usageWriter: UsageWriter;
  readonly upkeep: Upkeep;
  /** What the requests to an account's hooks are signed with (ADR 25). */
  readonly signingKey: (accountId: number) => KeyObject;
  /** What the notices to a partner are signed with. */
  readonly noticeKey: (partnerId: number) => KeyObject;
}

export interface ControlPlaneOptions {
  readonly log: Log;
  /** What is opened is deferred on it. */
  readonly opened: AsyncDisposableStack;
  /** Another server may take over: the process must end. */
  readonly onLost: (error: Error) => void;
  /** Told of a destination as it is now, undefined when it was deleted, is held or lacks something. */
  readonly onDestinationChanged: (id: number, destination: OpenedDestination | undefined) => Promise<void>;
  /** Nothing may be committed into a destination any more, or again. */
  readonly onHeld: (destinationId: number) => void;
  readonly onReleased: (destinationId: number) => void;
  /** As `ChangesOptions` has it. */
  readonly whenHeld: (destinationIds: readonly number[]) => Promise<void>;
}

/**
 * Opens the control store.
 * Throws the errors of locks, key and store.
 */
export async function openControlPlane(
  config: Config,
  { log, opened, onLost, onDestinationChanged, onHeld, onReleased, whenHeld }: ControlPlaneOptions,
): Promise<ControlPlane> {
  const { dataDirectory } = config;
  const lock = await acquireDataLock({ directory: dataDirectory });
  opened.defer(() => lock.release());
  const { store, isAlone } = await openControlStore(config, { opened, onLost });
  const masterKey = await loadMasterKey({ ...config.masterKey, mayCreate: !(await isKeyed(store)) });
  await confirmKey(store, masterKey.derive('key-check'));

  const now = Date.now;
  const audit = createAuditTrail({ key: masterKey.derive('audit') });
  const peppers = createPeppers({ derive: (purpose) => masterKey.derive(purpose), currentId: currentPepperId });
  const registry = createRegistry({ peppers, now, monotonicMs: () => performance.now() });
  const revokedLog = await openRevokedLog({ file: join(dataDirectory, 'revoked.log') });
  opened.defer(() => revokedLog.close());
  const replayed = await replayRevoked({ store, revokedLog, audit, now });
  if (replayed.corrected > 0 || replayed.damagedLines > 0) log.warn(replayed, 'the log of revocations and the store disagreed');
  const { revoked } = await revokedLog.read();
  await loadRegistry({ registry, db: store.read, hasApiAccess: (plan) => planFeatures[plan].apiAccess, revoked: new Set(revoked.keys()) });

  const warehouseDirectory = join(dataDirectory, 'warehouses');
  mkdirSync(warehouseDirectory, { recursive: true, mode: 0o700 });
  const sealer = createSealer({ derive: (purpose) => masterKey.derive(purpose), currentId: currentSealId });
  const opener = createDestinationOpener({ sealer, warehouseDirectory });
  const routes = createRouteTable({
    store,
    opener,
    now,
    onUnreadable: (destinationId, error) => log.error({ destinationId, err: error }, 'the destination cannot be opened; its data is kept'),
  });
  await routes.load();
  const received = createReceivedLog({ now });
  const usageWriter = createUsageWriter({ registry, received, store, everyMs: usageEveryMs, log });
  opened.defer(() => usageWriter.stop());
  const upkeep = createUpkeep({ store, audit, now, everyMs: upkeepEveryMs, log });
  opened.defer(() => upkeep.stop());
  const checks = createDestinationChecks({ store, opener, now, timeoutMs: checkTimeoutMs, log });
  const holds = createHolds({ heldFrom: (destinationId) => routes.heldFrom(destinationId), now, onHeld, onReleased, log });
  opened.defer(() => holds.stop());
  const changes = createChanges({
    store,
    registry,
    revokedLog,
    now,
    onSourcesChanged: (sourceIds) => routes.refresh(sourceIds),
    async onDestinationsChanged(destinationIds, cutOff) {
      await routes.refreshDestinations(destinationIds);
      for (const id of cutOff) onHeld(id);
      holds.changed(destinationIds);
      for (const id of destinationIds) void onDestinationChanged(id, routes.findDestination(id));
      checks.wake();
    },
    whenHeld,
  });
  const parts = { store, registry, mint: createMint({ peppers }), sealer, audit, changes, now };
  return {
    isAlone,
    parts,
    routes: { ...routes, warehouseDirectory },
    checks,
    holds,
    received,
    usageWriter,
    upkeep,
    signingKey: (accountId) => masterKey.derive(`hook-signature/${accountId}`),
    noticeKey: (partnerId) => masterKey.derive(`notice-signature/${partnerId}`),
  };
}
