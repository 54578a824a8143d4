/** The operator's API, spoken only over the Unix socket of a data directory: request bodies and the status of each error. */
import { z } from 'zod';
import type { ErrorCode } from './errors.ts';

const name = z.string().trim().min(1).max(200);
const plan = z.enum(['free_trial', 'standard', 'advanced', 'premium']);
const accountId = z.int().positive().optional();

const table = z.string().min(1).optional();
const count = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

/** Query of GET /rejects; `records=true` gives each reject its record. */
export const listRejectsQuery = z.strictObject({
  source_id: count,
  table,
  state: z.enum(['rejected', 'replaying', 'replayed']).optional(),
  order: z.enum(['newest', 'oldest']).default('newest'),
  after: count.optional(),
  limit: count.pipe(z.int().min(1).max(1000)).default(100),
  records: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
});

export const operatorBodies = {
  createAccount: z.strictObject({ company: name, email: z.email().max(254), name, plan: plan.optional() }),
  setPlan: z.strictObject({ plan }),
  setHold: z.strictObject({ held: z.boolean() }),
  createPartner: z.strictObject({
    name,
    redirect_uris: z.array(z.string().min(1)).min(1),
    /** Base64 of a PNG, JPEG, WebP or SVG picture of at most 64 KiB. */
    logo: z.base64().max(90_000).optional(),
    notice_url: z.string().min(1).optional(),
  }),
  rotatePartnerSecret: z.strictObject({ overlap_seconds: z.int().min(0).max(2_592_000).default(86_400) }),
  linkForMember: z.strictObject({ email: z.string().trim().min(1).max(254) }),
  createApiKey: z.strictObject({ description: z.string().trim().max(200).default(''), member_id: z.int().positive().optional() }),
  deleteApiKey: z.strictObject({ compromised: z.boolean().default(false) }),
  createSource: z.strictObject({ display_name: z.string().min(1) }),
  query: z.strictObject({ account_id: accountId, sql: z.string().min(1) }),
  replayRejects: z.strictObject({
    source_id: z.int().positive(),
    table,
    uncertain: z.boolean().default(false),
    next: z.strictObject({ after: z.int().nonnegative(), up_to: z.int().nonnegative() }).optional(),
  }),
  retryLoads: z.strictObject({ source_id: z.int().positive().optional(), table }),
  copyWarehouse: z.strictObject({ account_id: accountId, file: z.string().min(1) }),
} as const;

/** Errors are `{ "error": code, "message": text }`. */
export const operatorStatuses: Readonly<Partial<Record<ErrorCode, number>>> = {
  not_found: 404,
  invalid_json: 400,
  invalid_body: 400,
  access_denied: 403,
  existing_user: 409,
  invalid_member_state: 409,
  invalid_id: 404,
  invalid_type: 400,
  invalid_name: 409,
  invalid_display_name: 400,
  key_limit_exceeded: 409,
  token_limit_exceeded: 409,
  invalid_credential_state: 409,
  query_refused: 400,
  query_limit: 400,
  query_failed: 400,
  warehouse_unavailable: 503,
  not_confirmed: 503,
  unavailable: 503,
};
