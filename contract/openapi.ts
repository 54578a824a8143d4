/** The OpenAPI 3.1 documents of the public APIs. */
import { describeAccountApi } from './account-api/openapi.ts';
import { describeConnectApi } from './connect-api/openapi.ts';
import { describeImportApi } from './import-openapi.ts';
import { describeNotificationsApi } from './notifications-api/openapi.ts';
import type { Installation, Json } from './openapi-document.ts';

export const describeApis = {
  account: describeAccountApi,
  connect: describeConnectApi,
  import: describeImportApi,
  notifications: describeNotificationsApi,
} as const satisfies Record<string, (installation: Installation) => Json>;

export type ApiName = keyof typeof describeApis;

/** Where a server has the document of an API. */
export function openapiPath(name: ApiName): string {
  return `/openapi/${name}.json`;
}
