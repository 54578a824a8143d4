import type { Store } from '../../store/database.ts';
import { findSetting, putSetting } from '../../store/queries/setting.ts';

/** Which steps of the order of webhooks may have been given (ADR 26). */
interface WebhookSteps {
  /** No step above it was ever given. */
  readonly highest: number;
  /** Resolves when it is durable that steps up to this one may have been given. */
  reserve(highest: number): Promise<void>;
}

const name = 'webhook_steps';

/** Reads what was reserved before this start. */
export async function openWebhookSteps(store: Store): Promise<WebhookSteps> {
  return {
    highest: Number((await findSetting(store.read, name)) ?? 0),
    reserve: (highest) => store.transaction((tx) => putSetting(tx, name, String(highest))),
  };
}
