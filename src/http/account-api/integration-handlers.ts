import type { integrationRoutes } from '../../../contract/account-api/sources.ts';
import { readSourceLoads } from '../../domain/load/of-source.ts';
import { createSource } from '../../domain/source/create.ts';
import { deleteSource } from '../../domain/source/delete.ts';
import { previewSourceName } from '../../domain/source/preview-name.ts';
import { summarizeSource } from '../../domain/source/summary.ts';
import { updateSource } from '../../domain/source/update.ts';
import { viewSource, viewSources } from '../../domain/source/view.ts';
import { createTokenHandlers } from './import-token-handlers.ts';
import { instant } from './instant.ts';
import type { AccountApiOptions, AccountHandlers } from './options.ts';
import { presentIntegration, presentSummary, presentTable, presentLoad } from './present-integration.ts';

/** Handlers of the routes about integrations and their tokens. */
export function createIntegrationHandlers({ parts, people, arrivals }: AccountApiOptions): AccountHandlers<keyof typeof integrationRoutes> {
  return {
    ...createTokenHandlers(people),
    listIntegrations: async ({ ctx, accountId }) => (await viewSources(ctx, accountId)).map((view) => presentIntegration(view, arrivals)),
    previewIntegrationName: async ({ ctx, accountId }, { body }) => {
      const { name, problem } = await previewSourceName(ctx, accountId, { displayName: body.display_name, given: body.name });
      return { name, problem: problem ?? null };
    },
    createIntegration: async ({ ctx, accountId }, { body }) => {
      const { destination_id: destinationId, name, properties } = body;
      const { id } = await createSource(ctx, accountId, {
        type: body.type,
        display_name: body.display_name,
        ...(name === undefined ? {} : { name }),
        ...(destinationId === undefined ? {} : { destination_id: destinationId }),
        ...(properties === undefined ? {} : { properties }),
      });
      return presentIntegration(await viewSource(ctx, accountId, id), arrivals);
    },
    getIntegration: async ({ ctx, accountId }, { params }) =>
      presentIntegration(await viewSource(ctx, accountId, params.source_id), arrivals),
    updateIntegration: async ({ ctx, accountId }, { params, body }) => {
      const { row } = await viewSource(ctx, accountId, params.source_id);
      const changes = {
        display_name: body.display_name,
        destination_id: body.destination_id,
        // The time of the first pause stays.
        paused_at:
          body.paused === undefined || body.paused === (row.paused_at !== null) ? undefined : body.paused ? instant(parts.now()) : null,
      };
      await updateSource(ctx, accountId, row.id, {
        ...(changes.display_name === undefined ? {} : { display_name: changes.display_name }),
        ...(changes.destination_id === undefined ? {} : { destination_id: changes.destination_id }),
        ...(changes.paused_at === undefined ? {} : { paused_at: changes.paused_at }),
        ...(body.properties === undefined ? {} : { properties: body.properties }),
      });
      return presentIntegration(await viewSource(ctx, accountId, row.id), arrivals);
    },
    deleteIntegration: async ({ ctx, accountId }, { params }) => void (await deleteSource(ctx, accountId, params.source_id)),
    summarizeIntegration: async ({ ctx, accountId }, { params }) =>
      presentSummary(await summarizeSource(ctx, accountId, params.source_id), arrivals),
    listIntegrationLoads: async ({ ctx, accountId }, { params, query }) => {
      const { tables, loads } = await readSourceLoads(ctx, accountId, params.source_id, query.table);
      return { tables: tables.map(presentTable), loads: loads.map(presentLoad) };
    },
  };
}
