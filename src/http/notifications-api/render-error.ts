import {
  commonNotificationErrors,
  type NotificationErrorRow,
  type NotificationErrorRows,
} from '../../../contract/notifications-api/errors.ts';
import type { AppError } from '../../../contract/errors.ts';
import { identifyError } from '../identify-error.ts';

interface RenderedError {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** Seconds after which a repetition may be answered. */
  readonly retryAfter: number | undefined;
  /** Nothing the client did: worth a line in the log. */
  readonly unexpected: boolean;
}

const retrySeconds = 5;

/** The one place where an error becomes an answer of the notifications API. `sent` is the body of the request, for what echoes it. */
export function renderNotificationError(
  error: unknown,
  rows: NotificationErrorRows,
  { requestId, sent }: { requestId: string; sent: unknown },
): RenderedError {
  const known = identifyError(error);
  const row = known === undefined ? undefined : rows[known.code];
  if (known === undefined || row === undefined) {
    const { status, code } = commonNotificationErrors.internal;
    return {
      status,
      body: { error: code, data: { message: 'Something failed on our side.', request_id: requestId } },
      retryAfter: undefined,
      unexpected: true,
    };
  }
  return {
    status: row.status,
    body: renderBody(row, known, sent),
    retryAfter: row.status === 503 ? retrySeconds : undefined,
    unexpected: row.status >= 500,
  };
}

function renderBody(row: NotificationErrorRow, error: AppError, sent: unknown): Record<string, unknown> {
  switch (row.shape) {
    case 'S1':
      return { error: row.code, data: { message: error.message, ...error.details } };
    case 'S3':
      return { error: { message: row.field === undefined ? error.message : { [row.field]: error.message } } };
    case 'echo':
      return { [row.field]: echo(sent, row.field) };
    case 'S7':
      return { ...row.body };
  }
}

/** What was sent for a field, null when nothing was; a large value is not sent back. */
function echo(sent: unknown, field: string): unknown {
  if (typeof sent !== 'object' || sent === null || !Object.hasOwn(sent, field)) return null;
  const value = (sent as Readonly<Record<string, unknown>>)[field];
  return JSON.stringify(value).length > 1000 ? null : value;
}
