/** Incoming webhooks as data (web-app.md §6.4, import-api.md §11.2): a secret URL per source, any JSON, one table. */
import { connectionInactive, notFound, type ImportError } from './import-api.ts';

export const webhooksPrefix = '/v1/webhooks';
/** Path of a webhook URL. */
export const webhookPath = (credential: string): string => `${webhooksPrefix}/${credential}`;

/** Many senders take only 200 for a success. */
export const webhookAccepted = { status: 200, body: { status: 'OK', message: 'Accepted.' } } as const;
/** The same for a URL that never was, is revoked, or belongs elsewhere. */
export const webhookUnknown: ImportError = notFound;
export const webhookInactive: ImportError = { status: 401, body: connectionInactive.body };
export const webhookMethod: ImportError = {
  status: 405,
  body: { message: 'This is a webhook URL: send records to it with POST, as JSON or as a form.' },
};
export const webhookCredentialInQuery: ImportError = {
  status: 401,
  body: { message: 'Not Authorized: a credential of Thimble was sent in the query string.' },
};

/** `mediaType` as the sender named it, without parameters. */
export function webhookMediaType(mediaType: string): ImportError {
  const message = `Unsupported content-type ${mediaType}. Please send application/json or application/x-www-form-urlencoded`;
  return { status: 415, body: { status: 'ERROR', message } };
}
