import type { ImportEndpoint, ImportError, JsonObject } from '../../../contract/import-api.ts';
import type { IntakeRequest } from '../../intake/intake.ts';

/** What tells push, validate and batch apart at the edge. */
export interface RowsRoute {
  readonly endpoint: ImportEndpoint;
  readonly path: string;
  readonly success: { readonly status: number; readonly body: JsonObject };
  /** Format of a body of this media type (lower case, without parameters), or the 415 to answer. */
  readonly formatOf: (mediaType: string | undefined) => IntakeRequest['format'] | ImportError;
}
