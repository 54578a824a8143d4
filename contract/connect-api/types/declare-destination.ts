/** What a destination type is declared with (connect-api.md §11.3). */
import type { CardProperty, TypeDetails } from '../report-card.ts';

type Schema = Readonly<Record<string, unknown>>;

interface DestinationRule {
  readonly schema: Record<string, unknown>;
  readonly required?: true;
  readonly credential?: true;
  readonly kind?: CardProperty['property_type'];
}

export type DestinationRules = Readonly<Record<string, DestinationRule>>;

/** A destination type as data. */
export interface DestinationType {
  readonly type: string;
  readonly form: DestinationRules;
  readonly oauth?: DestinationRules;
  /** Whether this version loads into it. */
  readonly hasSink: boolean;
  readonly state?: TypeDetails['pipeline_state'];
}

/** Stored and returned as text, whatever scalar was submitted (connect-api.md §1.3). */
export const bounded = (pattern: string, maxLength: number): Schema => ({ type: 'string', pattern, maxLength });
/** U+0000 would end a field of the start-up message of PostgreSQL. */
const anyText = '^[^\\u0000]+$';

export const required = (schema: Schema): DestinationRule => ({ schema, required: true });
export const optional = (schema: Schema): DestinationRule => ({ schema });
export const secret = (schema: Schema): DestinationRule => ({ schema, required: true, credential: true });

export const word = bounded(anyText, 255);
export const name = bounded(anyText, 63);
export const password = bounded(anyText, 1000);
export const yesOrNo = bounded('^(true|false)$', 5);
export const port = bounded('^[0-9]{1,5}$', 5);
export const host = bounded('^[A-Za-z0-9_.:-]+$', 253);

/** The tunnel of database types. */
export const tunnel: DestinationRules = {
  encryption_type: required(bounded('^(ssh|none)$', 4)),
  encryption_host: optional(host),
  encryption_port: optional(port),
  encryption_username: optional(name),
};
