import { isWebhookType, webhookKeyProperty } from '../../../contract/webhook-types.ts';
import type { Store } from '../../store/database.ts';
import { findSourceOfAnyAccount, type SourceRow } from '../../store/queries/source.ts';

/** The field that identifies the records of a webhook source; undefined: every record is a row of its own. */
export function readWebhookKey({ type, properties }: Pick<SourceRow, 'type' | 'properties'>): string | undefined {
  if (!isWebhookType(type)) return undefined;
  const name = (JSON.parse(properties) as Record<string, unknown>)[webhookKeyProperty];
  return typeof name === 'string' && name !== '' ? name : undefined;
}

export interface WebhookKeys {
  /** The key of a webhook source that exists; read once, because it never changes. */
  find(sourceId: number): Promise<string | undefined>;
}

/** Keeps what was read for as long as the server runs. */
export function createWebhookKeys({ store }: { readonly store: Store }): WebhookKeys {
  const known = new Map<number, string | undefined>();
  return {
    async find(sourceId) {
      if (known.has(sourceId)) return known.get(sourceId);
      const source = await findSourceOfAnyAccount(store.read, sourceId);
      if (source === undefined) throw new Error(`There is no source ${sourceId}.`);
      const key = readWebhookKey(source);
      known.set(sourceId, key);
      return key;
    },
  };
}
