import type { Sealer } from '../../access/seal.ts';
import { clearAlerts, insertAlert } from '../../store/queries/alert.ts';
import type { Store } from '../../store/database.ts';
import { listDueDeliveries, postponeDelivery, takeDelivery } from '../../store/queries/hook-delivery.ts';
import { retryDelaysMs } from '../delivery-retries.ts';
import { notifyPeople } from '../mail/notify-people.ts';
import { undeliverableHookMessage } from '../mail/messages.ts';
import { hookPlace, hookSubject } from './place.ts';

interface HookDelivery {
  readonly id: number;
  readonly hookId: number;
  readonly accountId: number;
  readonly url: string;
  readonly loadId: string;
  readonly body: string;
  /** Made so far. */
  readonly attempts: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** What the sender of hooks works through. */
export interface HookOutbox {
  /** One delivery of each hook to send now, oldest first. */
  due(): Promise<HookDelivery[]>;
  delivered(delivery: HookDelivery): Promise<void>;
  /** It is tried again later; after the last retry given up, and people are told once until the hook works again. */
  failed(delivery: HookDelivery, reason: string): Promise<void>;
}

/** A hook that is slower than its loads must not gather deliveries for ever. */
const keptMs = 86_400_000;
const batch = 100;

/** The deliveries of the store that wait to be sent. */
export function createHookOutbox(options: {
  store: Store;
  sealer: Sealer;
  now: () => number;
  /** Whether there is a mail server. */
  sendsMail: boolean;
  retryDelaysMs?: readonly number[];
}): HookOutbox {
  const { store, sealer, now } = options;
  const delays = options.retryDelaysMs ?? retryDelaysMs;

  /** The hook may be gone, or disabled, since the delivery began: then nobody is told. */
  async function giveUp({ id, url, attempts }: HookDelivery, reason: string): Promise<void> {
    await store.transaction(async (tx) => {
      const hook = await takeDelivery(tx, id);
      if (hook === undefined) return;
      const { hook_id: hookId, account_id: accountId } = hook;
      // The rest of the URL may be a secret.
      const { origin } = new URL(url);
      const message = `The hook ${hookId} at ${origin} could not be delivered after ${attempts + 1} attempts: ${reason}`;
      const alert = { account_id: accountId, kind: 'hook_undeliverable', subject: hookSubject(hookId), message, raised_at: now() } as const;
      if (!(await insertAlert(tx, alert))) return;
      await notifyPeople(
        { sealer, now, sendsMail: options.sendsMail },
        tx,
        accountId,
        undeliverableHookMessage({ hookId, origin, reason }),
      );
    });
  }

  return {
    async due() {
      const rows = await listDueDeliveries(store.read, now(), batch);
      return rows.map((row) => ({
        id: row.id,
        hookId: row.hook_id,
        accountId: row.account_id,
        url: sealer.open(hookPlace(row.hook_id), row.sealed_url),
        loadId: row.load_id,
        body: row.body,
        attempts: row.attempts,
        createdAt: row.created_at,
      }));
    },
    delivered: ({ id, hookId }) =>
      store.transaction(async (tx) => {
        await takeDelivery(tx, id);
        await clearAlerts(tx, [hookSubject(hookId)], now());
      }),
    async failed(delivery, reason) {
      const delay = delays[delivery.attempts];
      if (delay === undefined || delivery.createdAt + keptMs < now()) return giveUp(delivery, reason);
      const changes = { attempts: delivery.attempts + 1, next_attempt_at: now() + delay };
      return store.transaction((tx) => postponeDelivery(tx, delivery.id, changes));
    },
  };
}
