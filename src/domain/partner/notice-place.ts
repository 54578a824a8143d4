import type { SealedPlace } from '../../access/seal.ts';

/** What the sealed URL for notices to a partner belongs to. */
export function noticePlace(partnerId: number): SealedPlace {
  return { kind: 'partner', id: partnerId, property: 'notice_url' };
}
