/** An OpenAPI document as the server serves it, as far as the page shows it. */
import type { ApiName } from '../../../contract/openapi.ts';

/** A JSON Schema. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly additionalProperties?: boolean | Schema;
  readonly format?: string;
}

interface Content {
  readonly 'application/json'?: {
    readonly schema?: Schema;
    readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
  };
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Schema;
}

interface OperationObject {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}

export interface Operation extends OperationObject {
  readonly method: string;
  readonly path: string;
}

export interface ApiDocument {
  readonly info: { readonly title: string; readonly description: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
}

/** The APIs in the order the page names them. */
export const apiTitles: Readonly<Record<ApiName, string>> = {
  import: 'Import',
  connect: 'Connect',
  notifications: 'Notifications',
  account: 'Account',
};

/** The operations by what they are about, in the order of the document. */
export function listResources({ paths }: ApiDocument): readonly (readonly [string, readonly Operation[]])[] {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Operation => ({ ...operation, path, method: method.toUpperCase() })),
  );
  return [...Map.groupBy(operations, ({ path }) => resourceOf(path))];
}

/** The first word of a path after the prefix of its API, with the version where it is the older one. */
function resourceOf(path: string): string {
  const words = path.replace(/^\/(?:v4|v3|v2\/import|notifications\/public\/v1\/api|account\/v1)\//, '').split('/');
  const name = (words.find((word) => !word.startsWith('{')) ?? path).replaceAll(/[-_]/g, ' ');
  return path.startsWith('/v3/') ? `${name} (v3)` : name;
}
