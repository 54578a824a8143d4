import { importRoutes, notAuthorized, valid } from '../../../contract/import-api.ts';
import { pushFormatOf } from './push.ts';
import type { RowsRoute } from './rows-route.ts';

/** `POST /v2/import/validate`: all checks of push, nothing stored. */
export const validateRoute: RowsRoute = {
  endpoint: 'validate',
  path: importRoutes.validate.path,
  success: valid,
  refusal: notAuthorized,
  formatOf: pushFormatOf,
};
