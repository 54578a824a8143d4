import type { z } from 'zod';
import type { NotificationErrorRows } from './errors.ts';

/** One route as data. Path parameters in braces are decimal digits. */
export interface NotificationRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly summary: string;
  readonly body?: z.ZodType;
  readonly response: z.ZodType;
  readonly errors: NotificationErrorRows;
}

export const notificationsPrefix = '/notifications/public/v1/api';
