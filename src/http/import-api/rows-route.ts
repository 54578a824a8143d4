import type { ImportError, JsonObject } from '../../../contract/import-api.ts';
import type { IntakeRequest } from '../../intake/intake.ts';

/** What tells push, validate, batch and webhooks apart at the edge. */
export interface RowsRoute {
  readonly endpoint: IntakeRequest['endpoint'];
  /** As logs and last uses name it. */
  readonly path: string;
  readonly success: { readonly status: number; readonly body: JsonObject };
  /** The answer to a credential that does not hold. */
  readonly refusal: ImportError;
  /** Format of a body of this media type (lower case, without parameters), or the 415 to answer. */
  readonly formatOf: (mediaType: string | undefined) => IntakeRequest['format'] | ImportError;
}
