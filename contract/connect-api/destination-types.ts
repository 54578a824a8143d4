import { z } from 'zod';
import { commonErrors } from './errors.ts';
import type { ConnectRoute } from './route.ts';
import { cardProperty, stepType, typeDetails } from './report-card.ts';
import { destinationCatalogue } from './types/destinations.ts';
import { bounded, optional, type DestinationRules, type DestinationType } from './types/declare-destination.ts';

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

/**
 * How a destination is loaded where its owner has a choice (loading.md §17, C10). Ours: a type card does not list them, because cards are the
 * wire's and clients compare them.
 */
const loadingRules: Readonly<Record<string, DestinationRules>> = {
  postgres: { timestamps: optional(bounded('^(without-zone|with-zone)$', 12)) },
};

/** Every destination type, as its type card; those this version cannot load into grant no access. */
export const destinationTypes: readonly DestinationTypeCard[] = destinationCatalogue.map(toCard);

/** The type card of a destination type, undefined for a type this version does not offer. */
export function findDestinationType(type: string): DestinationTypeCard | undefined {
  return destinationTypes.find((card) => card.type === type);
}

/** Every property a destination of that type can have: those of its card, and how it is loaded. */
export function listDestinationProperties({ type, steps }: Pick<DestinationTypeCard, 'type' | 'steps'>): DestinationProperty[] {
  return [...steps.flatMap((step) => step.properties), ...toProperties(loadingRules[type] ?? {})];
}

function toProperties(rules: DestinationRules): DestinationProperty[] {
  return Object.entries(rules).map(([name, rule]) => {
    const { required = false, credential = false, schema, kind = 'user_provided' } = rule;
    return {
      name,
      is_required: required,
      is_credential: credential,
      json_schema: schema,
      system_provided: kind === 'read_only' || kind === 'system_provided_by_default',
      property_type: kind,
      provided: false,
    };
  });
}

function toCard({ type, form, oauth, hasSink, state = 'released' }: DestinationType): DestinationTypeCard {
  const steps: DestinationCard['steps'] = [
    { type: 'form', properties: toProperties(form) },
    ...(oauth === undefined ? [] : [{ type: 'oauth' as const, properties: toProperties(oauth) }]),
    { type: 'fully_configured', properties: [] },
  ];
  const open = steps.findIndex((step) => step.properties.some((property) => property.is_required));
  const current = open === -1 ? steps.length : open + 1;
  return {
    type,
    current_step: current,
    current_step_type: steps[current - 1]?.type ?? 'fully_configured',
    steps,
    details: {
      pricing_tier: 'standard',
      pipeline_state: state,
      default_scheduling_interval: null,
      default_start_date: null,
      protocol: type,
      access: hasSink,
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
