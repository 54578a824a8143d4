import { z } from 'zod';
import { integration } from './sources.ts';
import type { AccountRoute } from './route.ts';

/** One thing a form asks for, out of the card of the type. */
const field = z.strictObject({
  name: z.string(),
  title: z.string(),
  required: z.boolean(),
  credential: z.boolean(),
  /** Can be given once and not changed. */
  fixed: z.boolean(),
  /** `date`: midnight UTC; `list`: several texts; `json`: anything else. */
  kind: z.enum(['text', 'choice', 'date', 'list', 'json']),
  /** Of a choice. */
  values: z.array(z.string()),
});

const sourceForm = z.strictObject({ type: z.string(), title: z.string(), fields: z.array(field) });

export type SourceField = z.infer<typeof field>;
export type SourceForm = z.infer<typeof sourceForm>;

export const sourceFormRoutes = {
  describeIntegrationType: {
    method: 'POST',
    path: '/account/v1/source-types/descriptions',
    summary: 'Say what the form of a new integration asks for',
    access: 'session',
    delegated: true,
    body: z.strictObject({ type: z.string().min(1).max(100) }),
    response: sourceForm,
    errors: ['invalid_type'],
  },
  getIntegrationForm: {
    method: 'GET',
    path: '/account/v1/sources/{source_id}/form',
    summary: 'Say what the form of an integration asks for, and what is kept; credentials are not shown',
    access: 'session',
    delegated: true,
    response: sourceForm.extend({
      integration,
      values: z.record(z.string(), z.unknown()),
      /** Which credentials are kept. */
      kept: z.array(z.string()),
    }),
    errors: ['invalid_id'],
  },
} as const satisfies Record<string, AccountRoute>;
