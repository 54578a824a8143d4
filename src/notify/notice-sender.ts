/** Tells partners what became of their keys. */
import type { KeyObject } from 'node:crypto';
import type { NoticeOutbox } from '../domain/partner/notice-outbox.ts';
import { createDeliverySender, type DeliverySender, type SendingOptions } from './delivery-sender.ts';
import { signDelivery } from './sign.ts';

/** The notice id tells a receiver that it was told before. */
export function createNoticeSender(
  options: SendingOptions & { readonly outbox: NoticeOutbox; readonly noticeKey: (partnerId: number) => KeyObject },
): DeliverySender {
  const { noticeKey, now = Date.now } = options;
  return createDeliverySender({
    ...options,
    receiverOf: ({ partnerId }) => partnerId,
    headersOf: ({ id, partnerId, body }) => ({
      'user-agent': 'Thimble',
      'thimble-notice-id': String(id),
      'thimble-signature': signDelivery(noticeKey(partnerId), now(), body),
    }),
    fieldsOf: ({ partnerId, id }) => ({ partnerId, noticeId: id }),
    messages: {
      failed: 'A partner could not be told of its key.',
      notNoted: 'A notice to a partner could not be noted; it is sent again.',
      notRead: 'The notices to partners could not be read; it is tried again.',
    },
  });
}
