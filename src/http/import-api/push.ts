import { accepted, importRoutes, notAuthorized, pushMediaType } from '../../../contract/import-api.ts';
import type { RowsRoute } from './rows-route.ts';

/** Media types of push and validate (import-api.md §5). */
export const pushFormatOf: RowsRoute['formatOf'] = (mediaType) => {
  if (mediaType === 'application/json') return 'json';
  return mediaType === 'application/transit+json' ? 'transit' : pushMediaType(mediaType);
};

/** `POST /v2/import/push`: records of any number of tables. */
export const pushRoute: RowsRoute = {
  endpoint: 'push',
  path: importRoutes.push.path,
  success: accepted,
  refusal: notAuthorized,
  formatOf: pushFormatOf,
};
