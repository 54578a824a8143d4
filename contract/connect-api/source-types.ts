import { z } from 'zod';
import { commonErrors } from './errors.ts';
import { typeCard, type TypeCard } from './report-card.ts';
import type { ConnectRoute } from './route.ts';
import { sourceCatalogue } from './types/catalogue.ts';
import { computeCard, nothingSetUp } from './types/compute-card.ts';
import { listSteps, type SourceType } from './types/declare.ts';

/** Every source type this version offers, as its type card: nothing is provided, and what a plan cannot use is left to the one who asks. */
export const sourceTypes: readonly TypeCard[] = sourceCatalogue.map(toCard);

const byType = new Map(sourceTypes.map((card, index) => [card.type, { card, declared: sourceCatalogue[index] }]));

/** The type card of a source type, undefined for a type this version does not offer. */
export function findSourceType(type: string): TypeCard | undefined {
  return byType.get(type)?.card;
}

/** What a source type is declared with, undefined for a type this version does not offer. */
export function findDeclaredType(type: string): SourceType | undefined {
  return byType.get(type)?.declared;
}

function toCard(declared: SourceType): TypeCard {
  const { type, upgrade, details = {} } = declared;
  const pipelineState = details.pipeline_state ?? 'released';
  return {
    ...computeCard(type, listSteps(declared), nothingSetUp),
    details: {
      pricing_tier: 'standard',
      pipeline_state: pipelineState,
      default_start_date: '-1 year',
      default_scheduling_interval: 60,
      protocol: type,
      access: pipelineState === 'released' || pipelineState === 'beta',
      image_version: '1.latest',
      ...details,
    },
    upgrade_available: upgrade === undefined ? null : { type: upgrade },
  };
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
