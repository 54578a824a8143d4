import { z } from 'zod';
import { instant, personName } from './common.ts';
import { planNames } from './plans.ts';
import type { AccountRoute } from './route.ts';

const planName = z.enum(planNames);

export const accountSummary = z.strictObject({
  id: z.int(),
  company: z.string(),
  /** Where the installation runs, as the operator named it; never changeable here. */
  region: z.strictObject({ name: z.string(), detail: z.string() }),
  plan: planName,
  /** Text of the operator about plans, shown where the plan blocks something; null without one. */
  plan_help: z.strictObject({ text: z.string(), url: z.string().nullable() }).nullable(),
  on_hold: z.boolean(),
  created_at: instant,
  /** Notifications nobody has dismissed. */
  open_notifications: z.int(),
});

/** What a change of plan did. */
const planChange = z.strictObject({
  account: accountSummary,
  /** API keys it disabled. */
  disabled_keys: z.int(),
});

const planPreview = z.strictObject({
  plan: planName,
  /** API keys it would disable. */
  disables_keys: z.int(),
  /** API keys that stay disabled and would have to be enabled by hand. */
  disabled_keys: z.int(),
  /** Post-load hooks it would disable. */
  disables_hooks: z.int(),
  /** Integrations it would pause because a cron expression says when they run. */
  pauses_sources: z.int(),
  members: z.int(),
  destinations: z.int(),
});

const usageDay = z.strictObject({ day: z.iso.date(), rows: z.int() });

/** Rows loaded per day, oldest first, days without rows included; UTC days. */
const usage = z.strictObject({
  /** Thirty days, as a billing period has. */
  period: z.strictObject({ from: z.iso.date(), to: z.iso.date(), rows: z.int(), limit: z.int().nullable() }),
  days: z.array(usageDay),
  sources: z.array(z.strictObject({ source_id: z.int(), display_name: z.string(), rows: z.int() })),
});

const auditEntry = z.strictObject({
  seq: z.int(),
  at: instant,
  /** As stored, `member:7`, `api_key:12`, `operator`, … */
  actor: z.string(),
  /** For people: an e-mail address, the last four of a key, "Operator". */
  actor_name: z.string(),
  verb: z.string(),
  subject: z.string(),
  before: z.unknown(),
  after: z.unknown(),
  address: z.string().nullable(),
  request_id: z.string().nullable(),
});

export type AccountSummary = z.infer<typeof accountSummary>;
export type Usage = z.infer<typeof usage>;
export type AuditEntry = z.infer<typeof auditEntry>;

const digits = z.string().regex(/^\d{1,15}$/);

export const accountRoutes = {
  getAccount: {
    method: 'GET',
    path: '/account/v1/account',
    summary: 'Get the account',
    access: 'session',
    response: accountSummary,
    errors: [],
  },
  updateAccount: {
    method: 'PUT',
    path: '/account/v1/account',
    summary: 'Change the company name',
    access: 'session',
    body: z.strictObject({ company: personName }),
    response: accountSummary,
    errors: [],
  },
  previewPlan: {
    method: 'GET',
    path: '/account/v1/account/plan-preview',
    summary: 'Say what a change of plan would do',
    access: 'administrator',
    query: z.strictObject({ plan: planName }),
    response: planPreview,
    errors: [],
  },
  setPlan: {
    method: 'PUT',
    path: '/account/v1/account/plan',
    summary: 'Change the plan; without API access every API key is disabled at once',
    access: 'administrator',
    fresh: true,
    body: z.strictObject({ plan: planName }),
    response: planChange,
    errors: [],
  },
  getUsage: {
    method: 'GET',
    path: '/account/v1/usage',
    summary: 'Rows loaded per day and integration',
    access: 'session',
    response: usage,
    errors: [],
  },
  listAudit: {
    method: 'GET',
    path: '/account/v1/audit',
    summary: 'The audit log, newest first, 100 entries a page',
    access: 'session',
    query: z.strictObject({
      /** Entries older than this `seq`. */
      before: digits.optional(),
      /** One subject, such as `api_key:12`. */
      subject: z.string().max(100).optional(),
      /** One actor, such as `member:7`. */
      actor: z.string().max(100).optional(),
    }),
    response: z.strictObject({ entries: z.array(auditEntry), more: z.boolean() }),
    errors: [],
  },
} as const satisfies Record<string, AccountRoute>;
