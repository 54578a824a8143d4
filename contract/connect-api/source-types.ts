import { z } from 'zod';
import { commonErrors } from './errors.ts';
import type { ConnectRoute } from './route.ts';

/** Property of a report card's step (connect-api.md §6.3). */
export const cardProperty = z.strictObject({
  name: z.string(),
  is_required: z.boolean(),
  is_credential: z.boolean(),
  system_provided: z.boolean(),
  property_type: z.enum(['user_provided', 'user_provided_immutable', 'user_provided_advanced', 'system_provided_by_default', 'read_only']),
  json_schema: z.record(z.string(), z.unknown()).nullable(),
  provided: z.boolean(),
  tap_mutable: z.boolean(),
});

export const stepType = z.enum(['form', 'oauth', 'profile', 'discover_schema', 'field_selection', 'fully_configured']);

const cardStep = z.strictObject({ type: stepType, properties: z.array(cardProperty) });

/** Report card inside a Source (connect-api.md §6.1); `current_step` is 1-based. */
export const reportCard = z.strictObject({
  type: z.string(),
  current_step: z.int(),
  current_step_type: stepType,
  steps: z.array(cardStep),
});

/** Details of a type (connect-api.md §6.4). */
export const typeDetails = z.strictObject({
  pricing_tier: z.enum(['standard', 'enterprise']),
  pipeline_state: z.enum(['alpha', 'beta', 'released', 'deprecated']),
  default_scheduling_interval: z.int().nullable(),
  default_start_date: z.string().nullable(),
  protocol: z.string(),
  access: z.boolean(),
  image_version: z.string().nullable(),
});

const typeCard = reportCard.extend({ details: typeDetails, upgrade_available: z.strictObject({ type: z.string() }).nullable() });

export type ReportCard = z.infer<typeof reportCard>;
export type TypeCard = z.infer<typeof typeCard>;

/** Every source type this version offers, as its type card. */
export const sourceTypes: readonly TypeCard[] = [
  {
    type: 'import_api',
    current_step: 2,
    current_step_type: 'fully_configured',
    steps: [
      { type: 'form', properties: [] },
      { type: 'fully_configured', properties: [] },
    ],
    details: {
      pricing_tier: 'standard',
      pipeline_state: 'released',
      default_start_date: '-1 year',
      default_scheduling_interval: 60,
      protocol: 'import_api',
      access: true,
      image_version: '0.latest',
    },
    upgrade_available: null,
  },
];

/** The type card of a source type, undefined for a type this version does not offer. */
export function findSourceType(type: string): TypeCard | undefined {
  return sourceTypes.find((card) => card.type === type);
}

export const sourceTypeRoutes = {
  listSourceTypes: {
    method: 'GET',
    path: '/v4/source-types',
    summary: 'List source types',
    response: z.array(typeCard),
    errors: commonErrors,
  },
  getSourceType: {
    method: 'GET',
    path: '/v4/source-types/{type}',
    summary: 'Get a source type',
    response: typeCard,
    errors: { ...commonErrors, invalid_type: { status: 404, shape: 'S1', code: 'InvalidType' } },
  },
} as const satisfies Record<string, ConnectRoute>;
