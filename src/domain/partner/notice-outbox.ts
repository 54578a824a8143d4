import type { Sealer } from '../../access/seal.ts';
import type { Store } from '../../store/database.ts';
import { deleteNotice, listDueNotices, postponeNotice } from '../../store/queries/partner-notice.ts';
import { retryDelaysMs } from '../delivery-retries.ts';
import { noticePlace } from './notice-place.ts';

interface PartnerNotice {
  readonly id: number;
  readonly partnerId: number;
  readonly url: string;
  readonly body: string;
  /** Made so far. */
  readonly attempts: number;
}

/** What the sender of notices works through. */
export interface NoticeOutbox {
  /** Of each partner and account the oldest notice, when it is to be sent now. */
  due(): Promise<PartnerNotice[]>;
  delivered(notice: PartnerNotice): Promise<void>;
  /** It is tried again later, and after the last retry given up: the partner finds out by the 401 of its next call. */
  failed(notice: PartnerNotice): Promise<void>;
}

const batch = 100;

/** The notices of the store that wait to be sent. */
export function createNoticeOutbox({ store, sealer, now }: { store: Store; sealer: Sealer; now: () => number }): NoticeOutbox {
  const remove = ({ id }: PartnerNotice): Promise<void> => store.transaction((tx) => deleteNotice(tx, id));
  return {
    async due() {
      const rows = await listDueNotices(store.read, now(), batch);
      return rows.flatMap(({ id, partner_id: partnerId, sealed_notice_url: sealed, body, attempts }) =>
        sealed === null ? [] : [{ id, partnerId, url: sealer.open(noticePlace(partnerId), sealed), body, attempts }],
      );
    },
    delivered: remove,
    async failed(notice) {
      const delay = retryDelaysMs[notice.attempts];
      if (delay === undefined) return remove(notice);
      const changes = { attempts: notice.attempts + 1, next_attempt_at: now() + delay };
      return store.transaction((tx) => postponeNotice(tx, notice.id, changes));
    },
  };
}
