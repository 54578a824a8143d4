/** Calls post-load hooks with what waits for them (connect-api.md §10.4). */
import type { KeyObject } from 'node:crypto';
import type { HookOutbox } from '../domain/hook/outbox.ts';
import { createDeliverySender, type DeliverySender, type SendingOptions } from './delivery-sender.ts';
import { signDelivery } from './sign.ts';

export type HookSender = DeliverySender;

export interface HookSenderOptions extends SendingOptions {
  readonly outbox: HookOutbox;
  readonly signingKey: (accountId: number) => KeyObject;
}

/** As the original calls itself; receivers check it. */
const userAgent = 'StitchLoadingWebhook';

/** The load id tells a receiver that it was told of a load before. */
export function createHookSender(options: HookSenderOptions): HookSender {
  const { signingKey, now = Date.now } = options;
  return createDeliverySender({
    ...options,
    receiverOf: ({ hookId }) => hookId,
    headersOf: ({ accountId, loadId, body }) => ({
      'user-agent': userAgent,
      'thimble-load-id': loadId,
      'thimble-signature': signDelivery(signingKey(accountId), now(), body),
    }),
    fieldsOf: ({ hookId, loadId }) => ({ hookId, loadId }),
    messages: {
      failed: 'A hook could not be called.',
      notNoted: 'A delivery to a hook could not be noted; it is sent again.',
      notRead: 'The deliveries to hooks could not be read; it is tried again.',
    },
  });
}
