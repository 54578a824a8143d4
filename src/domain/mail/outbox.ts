import type { Sealer } from '../../access/seal.ts';
import type { Store } from '../../store/database.ts';
import { findMail, listDueMail, updateMail } from '../../store/queries/mail.ts';
import { mailPlace } from './place.ts';

export interface OutgoingMail {
  readonly id: number;
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
}

/** What the sender of mail works through. */
export interface Outbox {
  /** Messages to send now, oldest first. */
  due(): Promise<OutgoingMail[]>;
  sent(id: number): Promise<void>;
  /** It is tried again later; after two days given up and kept. */
  failed(id: number, error: string): Promise<void>;
}

const batch = 20;
const firstRetryMs = 30_000;
const maxRetryMs = 3_600_000;
const maxAttempts = 55;

/** The messages of the store that wait to be sent. */
export function createOutbox({ store, sealer, now }: { store: Store; sealer: Sealer; now: () => number }): Outbox {
  return {
    async due() {
      const rows = await listDueMail(store.read, now(), batch);
      return rows.map(({ id, recipient, subject, sealed, created_at: createdAt }) => ({
        id,
        recipient,
        subject,
        text: sealer.open(mailPlace(recipient, createdAt), sealed),
      }));
    },
    sent: (id) => store.transaction((tx) => updateMail(tx, id, { sent_at: now(), next_attempt_at: null, error: null })),
    failed: (id, error) =>
      store.transaction(async (tx) => {
        const attempts = ((await findMail(tx, id))?.attempts ?? 0) + 1;
        const wait = Math.min(firstRetryMs * 2 ** Math.min(attempts - 1, 20), maxRetryMs);
        await updateMail(tx, id, { attempts, error: error.slice(0, 500), next_attempt_at: attempts >= maxAttempts ? null : now() + wait });
      }),
  };
}
