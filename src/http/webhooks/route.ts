import { webhookAccepted, webhookMediaType, webhooksPrefix, webhookUnknown } from '../../../contract/webhooks.ts';
import type { RowsRoute } from '../import-api/rows-route.ts';

/** `POST /v1/webhooks/<credential>`: any records of one source. Its path in logs is without the credential. */
export const webhookRoute: RowsRoute = {
  endpoint: 'webhook',
  path: webhooksPrefix,
  success: webhookAccepted,
  refusal: webhookUnknown,
  formatOf(mediaType) {
    if (mediaType === 'application/x-www-form-urlencoded') return 'form';
    // Many senders name no type, or that of a text.
    const isJson = mediaType === undefined || /^(?:(?:application|text)\/json|text\/plain|[\w.-]+\/[\w.-]+\+json)$/.test(mediaType);
    return isJson ? 'json' : webhookMediaType(mediaType);
  },
};
