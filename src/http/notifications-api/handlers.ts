/** One handler per route; the routes themselves are in contract/notifications-api. */
import { createCustomEmailBody, updateCustomEmailBody, type CustomEmail } from '../../../contract/notifications-api/custom-emails.ts';
import { createHookBody, updateHookBody, type Hook } from '../../../contract/notifications-api/hooks.ts';
import { AppError } from '../../../contract/errors.ts';
import { createCustomEmail } from '../../domain/custom-email/create.ts';
import { deleteCustomEmail } from '../../domain/custom-email/delete.ts';
import { listCustomEmails, type CustomEmailRow } from '../../domain/custom-email/list.ts';
import { setCustomEmailDisabled } from '../../domain/custom-email/set-disabled.ts';
import { createHook } from '../../domain/hook/create.ts';
import { deleteHook } from '../../domain/hook/delete.ts';
import { listHooks } from '../../domain/hook/list.ts';
import { setHookEnabled } from '../../domain/hook/set-enabled.ts';
import type { HookView } from '../../domain/hook/view.ts';
import { wireTime } from '../../lib/wire-time.ts';
import type { ConnectSession } from '../connect-api/options.ts';
import { parseKeys } from '../connect-api/parse-keys.ts';
import { parseBody } from '../json-body.ts';
import { parseId } from '../parse-id.ts';

export interface NotificationParams {
  readonly email_id?: string;
  readonly hook_id?: string;
}

/** A request with the gate that outgoing connections pass. */
interface NotificationSession extends ConnectSession {
  readonly egress: (host: string) => Promise<string>;
}

export type NotificationHandler = (session: NotificationSession, params: NotificationParams, body: unknown) => Promise<unknown>;

const emailKeys = 'email_address is required and must be a valid e-mail address.';
const hookKeys = 'A hook takes type (post_load), destination_id (a number) and config, an object with url.';
const enableKeys = 'The body must hold enable, true or false, and nothing else.';

export const customEmailHandlers = {
  createCustomEmail: async ({ ctx, accountId }, _params, body) =>
    presentCustomEmail(await createCustomEmail(ctx, accountId, parseKeys(createCustomEmailBody, body, emailKeys).email_address)),
  listCustomEmails: async ({ ctx, accountId }) => (await listCustomEmails(ctx, accountId)).map(presentCustomEmail),
  updateCustomEmail: async ({ ctx, accountId }, { email_id }, body) => {
    const { disabled_at } = parseBody(updateCustomEmailBody, body);
    const row = await setCustomEmailDisabled(ctx, accountId, parseId(email_id), parseInstant(disabled_at));
    return { disabled_at: presentTime(row.disabled_at) };
  },
  deleteCustomEmail: async ({ ctx, accountId }, { email_id }) => {
    await deleteCustomEmail(ctx, accountId, parseId(email_id));
    // Rows deleted.
    return [1];
  },
} satisfies Record<string, NotificationHandler>;

export const hookHandlers = {
  createHook: async ({ ctx, accountId, egress }, _params, body) => {
    const { destination_id: destinationId, config } = parseKeys(createHookBody, body, hookKeys);
    return presentHook(await createHook(ctx, accountId, { destinationId, url: config.url }, egress));
  },
  listHooks: async ({ ctx, accountId }) => ({ post_load: (await listHooks(ctx, accountId)).map(presentHook) }),
  updateHook: async ({ ctx, accountId }, { hook_id }, body) =>
    presentHook(await setHookEnabled(ctx, accountId, parseId(hook_id), parseKeys(updateHookBody, body, enableKeys).enable)),
  deleteHook: async ({ ctx, accountId }, { hook_id }) => {
    await deleteHook(ctx, accountId, parseId(hook_id));
    return null;
  },
} satisfies Record<string, NotificationHandler>;

function presentCustomEmail(row: CustomEmailRow): CustomEmail {
  return {
    id: row.id,
    client_id: row.account_id,
    email_address: row.email,
    created_at: wireTime(row.created_at),
    disabled_at: presentTime(row.disabled_at),
  };
}

function presentHook({ row, url }: HookView): Hook {
  return {
    id: row.id,
    client_id: row.account_id,
    type: 'post_load',
    version: 1,
    config: { url },
    destination_id: row.destination_id,
    created_at: wireTime(row.created_at),
    modified_at: wireTime(row.modified_at),
    disabled_at: presentTime(row.disabled_at),
  };
}

function presentTime(ms: number | null): string | null {
  return ms === null ? null : wireTime(ms);
}

/** Milliseconds since the epoch; without a zone it is UTC, as in `paused_at` (connect-api.md §5.4). */
function parseInstant(text: string | null): number | null {
  if (text === null) return null;
  const ms = Date.parse(/T/.test(text) && !/(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) ? `${text}Z` : text);
  const year = new Date(ms).getUTCFullYear();
  if (Number.isNaN(year) || year < 0 || year > 9999) throw new AppError('invalid_body', 'disabled_at is not a date.');
  return ms;
}
