import { z } from 'zod';
import { commonErrors } from './errors.ts';
import type { ConnectRoute } from './route.ts';
import { cardProperty, stepType, typeDetails } from './source-types.ts';

/** Property of a destination's card; unlike a source's it has no `tap_mutable` (connect-api.md §6.3). */
const destinationProperty = cardProperty.omit({ tap_mutable: true });

/** Report card inside a Destination (connect-api.md §6.1); `current_step` is 1-based. */
export const destinationCard = z.strictObject({
  type: z.string(),
  current_step: z.int(),
  current_step_type: stepType,
  steps: z.array(z.strictObject({ type: stepType, properties: z.array(destinationProperty) })),
});

const destinationTypeCard = destinationCard.extend({ details: typeDetails.omit({ image_version: true }) });

export type DestinationCard = z.infer<typeof destinationCard>;
export type DestinationProperty = z.infer<typeof destinationProperty>;
export type DestinationTypeCard = z.infer<typeof destinationTypeCard>;

type Rules = Omit<DestinationProperty, 'name' | 'provided' | 'system_provided' | 'property_type'>;

/** Stored and returned as text, whatever scalar was submitted (connect-api.md §1.3). U+0000 would end a field of the start-up message. */
const text = (pattern: string, maxLength: number): Record<string, unknown> => ({ type: 'string', pattern, maxLength });
const anyText = '^[^\\u0000]+$';
const required = (schema: Record<string, unknown>): Rules => ({ is_required: true, is_credential: false, json_schema: schema });
const optional = (schema: Record<string, unknown>): Rules => ({ ...required(schema), is_required: false });
const yesOrNo = text('^(true|false)$', 5);
const port = text('^[0-9]{1,5}$', 5);
const host = text('^[A-Za-z0-9_.:-]+$', 253);

/** connect-api.md §11.3. */
const postgresProperties: Readonly<Record<string, Rules>> = {
  host: required(host),
  port: required(port),
  database: required(text(anyText, 63)),
  username: required(text(anyText, 63)),
  password: { ...required(text(anyText, 1000)), is_credential: true },
  ssl: required(yesOrNo),
  sslrootcert: optional(text('^\\s*-----BEGIN CERTIFICATE-----', 65_536)),
  encryption_type: required(text('^(ssh|none)$', 4)),
  encryption_host: optional(host),
  encryption_port: optional(port),
  encryption_username: optional(text(anyText, 63)),
};

/**
 * How a destination is loaded where its owner has a choice (loading.md §17, C10). Ours: a type card does not list them, because cards are the
 * wire's and clients compare them.
 */
const loadingRules: Readonly<Record<string, Readonly<Record<string, Rules>>>> = {
  postgres: { timestamps: optional(text('^(without-zone|with-zone)$', 12)) },
};

/** Every destination type this version offers, as its type card. `duckdb`, the embedded warehouse, is ours: its file is chosen by the server. */
export const destinationTypes: readonly DestinationTypeCard[] = [typeCard('postgres', postgresProperties), typeCard('duckdb', {})];

/** The type card of a destination type, undefined for a type this version does not offer. */
export function findDestinationType(type: string): DestinationTypeCard | undefined {
  return destinationTypes.find((card) => card.type === type);
}

/** Every property a destination of that type can have: those of its card, and how it is loaded. */
export function listDestinationProperties({ type, steps }: Pick<DestinationTypeCard, 'type' | 'steps'>): DestinationProperty[] {
  return [...steps.flatMap((step) => step.properties), ...toProperties(loadingRules[type] ?? {})];
}

function toProperties(rules: Readonly<Record<string, Rules>>): DestinationProperty[] {
  return Object.entries(rules).map(([name, rule]) => ({
    name,
    ...rule,
    system_provided: false,
    property_type: 'user_provided',
    provided: false,
  }));
}

function typeCard(type: string, rules: Readonly<Record<string, Rules>>): DestinationTypeCard {
  const properties = toProperties(rules);
  const isConfigured = properties.every((property) => !property.is_required);
  return {
    type,
    current_step: isConfigured ? 2 : 1,
    current_step_type: isConfigured ? 'fully_configured' : 'form',
    steps: [
      { type: 'form', properties },
      { type: 'fully_configured', properties: [] },
    ],
    details: {
      pricing_tier: 'standard',
      pipeline_state: 'released',
      default_scheduling_interval: null,
      default_start_date: null,
      protocol: type,
      access: true,
    },
  };
}

export const destinationTypeRoutes = {
  listDestinationTypes: {
    method: 'GET',
    path: '/v4/destination-types',
    summary: 'List destination types',
    response: z.array(destinationTypeCard),
    errors: commonErrors,
  },
  getDestinationType: {
    method: 'GET',
    path: '/v4/destination-types/{type}',
    summary: 'Get a destination type',
    response: destinationTypeCard,
    errors: { ...commonErrors, invalid_type: { status: 404, shape: 'S1', code: 'InvalidType' } },
  },
} as const satisfies Record<string, ConnectRoute>;
