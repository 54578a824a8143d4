/** What makes a source a webhook source. Apart from the surface, so that the app starts without loading zod. */

/** Property of a source that names the key of its records. */
export const webhookKeyProperty = 'webhookz_primary_key';
export const maxWebhookKeyCharacters = 50;

/** Sources whose data comes by a webhook URL. */
export const isWebhookType = (type: string): boolean => type.startsWith('webhook.');

/** Sources that data is sent to; all others are pulled. */
export const isPushType = (type: string): boolean => type === 'import_api' || isWebhookType(type);
