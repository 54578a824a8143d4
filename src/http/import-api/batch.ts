import { accepted, batchMediaType, importRoutes, notAuthorized } from '../../../contract/import-api.ts';
import type { RowsRoute } from './rows-route.ts';

/** `POST /v2/import/batch`: one table with its JSON Schema. */
export const batchRoute: RowsRoute = {
  endpoint: 'batch',
  path: importRoutes.batch.path,
  success: accepted,
  refusal: notAuthorized,
  formatOf: (mediaType) => (mediaType === 'application/json' ? 'json' : batchMediaType),
};
