import { z } from 'zod';

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

/** A source type as the type endpoints answer it (connect-api.md §6.5). */
export const typeCard = reportCard.extend({ details: typeDetails, upgrade_available: z.strictObject({ type: z.string() }).nullable() });

export type CardProperty = z.infer<typeof cardProperty>;
export type CardStep = z.infer<typeof cardStep>;
export type ReportCard = z.infer<typeof reportCard>;
export type TypeCard = z.infer<typeof typeCard>;
export type TypeDetails = z.infer<typeof typeDetails>;
