import type { sourceFormRoutes } from '../../../contract/account-api/source-forms.ts';
import { AppError } from '../../../contract/errors.ts';
import { describeSources } from '../../domain/source/describe.ts';
import { getSourceType } from '../../domain/source/types.ts';
import { viewSource } from '../../domain/source/view.ts';
import type { AccountApiOptions, AccountHandlers } from './options.ts';
import { presentIntegration } from './present-integration.ts';
import { describeForm } from './source-forms.ts';

/** Handlers of the routes about the forms of integrations. */
export function createSourceFormHandlers({ arrivals }: AccountApiOptions): AccountHandlers<keyof typeof sourceFormRoutes> {
  return {
    describeIntegrationType: async ({ ctx, accountId }, { body }) => {
      const card = await getSourceType(ctx, accountId, body.type);
      if (!card.details.access) throw new AppError('invalid_type', `The account has no access to sources of this type (${body.type}).`);
      return describeForm(card);
    },
    getIntegrationForm: async ({ ctx, accountId }, { params }) => {
      const view = await viewSource(ctx, accountId, params.source_id);
      const [described] = await describeSources(ctx, [view.row]);
      if (described === undefined) throw new Error(`Source ${view.row.id} cannot be described.`);
      const form = describeForm(described.card);
      const provided = new Set(
        described.card.steps.flatMap((step) => step.properties.filter((one) => one.provided).map(({ name }) => name)),
      );
      const shown = form.fields.filter(({ name, credential }) => !credential && described.properties[name] !== undefined);
      return {
        ...form,
        integration: presentIntegration(view, arrivals),
        values: Object.fromEntries(shown.map(({ name }) => [name, described.properties[name]])),
        kept: form.fields.filter(({ name, credential }) => credential && provided.has(name)).map(({ name }) => name),
      };
    },
  };
}
