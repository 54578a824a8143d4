/** Every route of every public API, from the tables of the contract, and whether a reply is one the contract knows. */
import { z } from 'zod';
import { accountErrorBody, accountStatuses, commonAccountErrors } from '../../contract/account-api/errors.ts';
import type { AccountRoute } from '../../contract/account-api/route.ts';
import { accountApiRoutes } from '../../contract/account-api/routes.ts';
import { commonErrors, type ErrorRow } from '../../contract/connect-api/errors.ts';
import type { ConnectRoute } from '../../contract/connect-api/route.ts';
import { connectApiRoutes } from '../../contract/connect-api/routes.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import { accepted, batchBodySchema, importRoutes, pushBodySchema, valid } from '../../contract/import-api.ts';
import { customEmailRoutes } from '../../contract/notifications-api/custom-emails.ts';
import { commonNotificationErrors, type NotificationErrorRow } from '../../contract/notifications-api/errors.ts';
import { hookRoutes } from '../../contract/notifications-api/hooks.ts';
import type { NotificationRoute } from '../../contract/notifications-api/route.ts';

export type SurfaceName = 'import' | 'connect' | 'notifications' | 'account';

export interface AnyRoute {
  readonly surface: SurfaceName;
  readonly name: string;
  readonly method: string;
  /** Parameters in braces. */
  readonly path: string;
  readonly body: z.ZodType | undefined;
  readonly query: z.ZodObject | undefined;
  /** Whether the contract has this reply to a request of the route. */
  knows(status: number, body: unknown): boolean;
}

/** A message that says something. */
const message = z.string().min(1);

export const everyRoute: readonly AnyRoute[] = [
  ...Object.entries<ConnectRoute>(connectApiRoutes).map(([name, route]) => connectRoute(name, route)),
  ...Object.entries<NotificationRoute>({ ...customEmailRoutes, ...hookRoutes }).map(([name, route]) => notificationRoute(name, route)),
  ...Object.entries<AccountRoute>(accountApiRoutes).map(([name, route]) => accountRoute(name, route)),
  ...Object.entries(importRoutes).flatMap(([name, { path, methods }]) => methods.map((method) => importRoute(name, method, path))),
];

/** Whether a reply has the error shape of a surface for what belongs to no route: an unknown path, a wrong verb, a target that is no URL. */
export function isStrayError(surface: SurfaceName, status: number, body: unknown): boolean {
  if (status < 400 || status >= 500) return false;
  switch (surface) {
    case 'connect':
    case 'notifications':
      return z.strictObject({ error: message, data: z.strictObject({ message }) }).safeParse(body).success;
    case 'account':
      return accountErrorBody.safeParse(body).success;
    case 'import':
      return isImportError(body);
  }
}

function connectRoute(name: string, { method, path, body, query, response, errors }: ConnectRoute): AnyRoute {
  const rows = Object.values<ErrorRow>({ ...commonErrors, ...errors }).filter(({ status }) => status < 500);
  const knows = (status: number, sent: unknown): boolean =>
    (status === 200 && response.safeParse(sent).success) ||
    rows.some((row) => row.status === status && connectShape(row).safeParse(sent).success);
  return { surface: 'connect', name, method, path, body, query, knows };
}

function connectShape(row: ErrorRow): z.ZodType {
  switch (row.shape) {
    case 'S1':
      return z.strictObject({ error: z.literal(row.code), data: z.looseObject({ message }) });
    case 'S2':
      return z.strictObject({ error: z.strictObject({ type: z.literal(row.code), message }) });
    case 'S4':
      return message;
    case 'S5':
      return z.strictObject({ code: z.literal(row.code), message, errors: z.record(z.string(), z.string()).optional() });
    case 'S6':
      return z.strictObject({ invalid_fields: message });
  }
}

function notificationRoute(name: string, { method, path, body, response, errors }: NotificationRoute): AnyRoute {
  const rows = Object.values<NotificationErrorRow>({ ...commonNotificationErrors, ...errors }).filter(({ status }) => status < 500);
  const knows = (status: number, sent: unknown): boolean =>
    (status === 200 && response.safeParse(sent).success) ||
    rows.some((row) => row.status === status && notificationShape(row).safeParse(sent).success);
  return { surface: 'notifications', name, method, path, body, query: undefined, knows };
}

function notificationShape(row: NotificationErrorRow): z.ZodType {
  switch (row.shape) {
    case 'S1':
      return z.strictObject({ error: z.literal(row.code), data: z.looseObject({ message }) });
    case 'S3':
      return z.strictObject({
        error: z.strictObject({ message: row.field === undefined ? message : z.strictObject({ [row.field]: message }) }),
      });
    case 'echo':
      return z.strictObject({ [row.field]: z.unknown() });
    case 'S7':
      return z.strictObject(Object.fromEntries(Object.entries(row.body).map(([key, text]) => [key, z.literal(text)])));
  }
}

function accountRoute(name: string, { method, path, body, query, response, errors }: AccountRoute): AnyRoute {
  const codes: readonly string[] = [...errors, ...commonAccountErrors];
  const knows = (status: number, sent: unknown): boolean => {
    if (status < 400) return response === undefined ? status === 204 && sent === undefined : response.safeParse(sent).success;
    const error = accountErrorBody.safeParse(sent);
    return (
      error.success &&
      codes.includes(error.data.error.code) &&
      accountStatuses[error.data.error.code as ErrorCode] === status &&
      status < 500
    );
  };
  return { surface: 'account', name, method, path, body, query, knows };
}

const importStatuses = new Set([400, 401, 403, 404, 405, 408, 413, 415, 422]);

function importRoute(name: string, method: string, path: string): AnyRoute {
  const isStatus = name === 'status';
  const success = name === 'validate' ? valid : accepted;
  const knows = (status: number, sent: unknown): boolean => {
    if (isStatus && status === 200)
      return method === 'HEAD' ? sent === undefined : z.looseObject({ name: z.literal('pipeline.gate') }).safeParse(sent).success;
    if (status === success.status) return JSON.stringify(sent) === JSON.stringify(success.body);
    return importStatuses.has(status) && (method === 'HEAD' || isImportError(sent));
  };
  const body = isStatus ? undefined : name === 'batch' ? batchBodySchema : pushBodySchema;
  return { surface: 'import', name: isStatus ? `${name} (${method})` : name, method, path, body, query: undefined, knows };
}

/** import-api.md §8.4: always an object; `status`, `message` and `error` are text wherever they are. */
function isImportError(sent: unknown): boolean {
  const texts = z.looseObject({ status: message.optional(), message: message.optional(), error: message.optional() }).safeParse(sent);
  return texts.success && Object.keys(texts.data).length > 0;
}
