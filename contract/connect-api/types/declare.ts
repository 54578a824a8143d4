/** What a source type is declared with, and the shorthands of connect-api.md §11.2. */
import type { CardProperty, CardStep, TypeDetails } from '../report-card.ts';

type Schema = Readonly<Record<string, unknown>>;

/** One property of a type; what is absent is false, and `user_provided`. */
export interface PropertyRule {
  readonly schema: Schema | null;
  readonly required?: true;
  readonly credential?: true;
  readonly tapMutable?: true;
  readonly kind?: CardProperty['property_type'];
}

export type PropertyRules = Readonly<Record<string, PropertyRule>>;

/** A source type as data; everything else about it is computed. */
export interface SourceType {
  readonly type: string;
  /** Pulled on a schedule, or sent to us. */
  readonly delivery: 'pull' | 'push';
  readonly form: PropertyRules;
  readonly oauth?: PropertyRules;
  readonly details?: Partial<Omit<TypeDetails, 'access'>>;
  /** The type to use in place of this one. */
  readonly upgrade?: string;
  /** Values Thimble chooses when a source is created; `{source}` and `{account}` stand for the ids. */
  readonly chosen?: Readonly<Record<string, string>>;
}

const bool: Schema = { type: 'string', pattern: '^(true|false)$' };
const num: Schema = { anyOf: [{ type: 'integer' }, { type: 'string', pattern: '^\\d+$' }] };
const host: Schema = {
  anyOf: [
    { type: 'string', format: 'hostname' },
    { type: 'string', format: 'ipv4' },
  ],
};
const date: Schema = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T00:00:00Z$' };
const text: Schema = { type: 'string' };
const texts: Schema = { type: 'array', items: { type: 'string' } };
const textOrTexts: Schema = { anyOf: [text, texts] };

export const schemas = { bool, num, host, date, text, texts, textOrTexts };

/** Schema of a text that is one of these words. */
export const oneOf = (...words: readonly string[]): Schema => ({ type: 'string', pattern: `^(${words.join('|')})$` });

export const optional = (schema: Schema | null = text): PropertyRule => ({ schema });
export const required = (schema: Schema | null = text): PropertyRule => ({ schema, required: true });
export const secret = (rule: PropertyRule = required()): PropertyRule => ({ ...rule, credential: true });
export const advanced = (rule: PropertyRule = optional()): PropertyRule => ({ ...rule, kind: 'user_provided_advanced' });
export const immutable = (rule: PropertyRule = optional()): PropertyRule => ({ ...rule, kind: 'user_provided_immutable' });
export const readOnly = (rule: PropertyRule = required()): PropertyRule => ({ ...rule, kind: 'read_only' });
export const byDefault = (rule: PropertyRule = required()): PropertyRule => ({ ...rule, kind: 'system_provided_by_default' });

/** The tunnel of database types: all three places are needed once `ssh` is true. */
export const ssh: PropertyRules = { ssh: optional(bool), ssh_host: optional(), ssh_port: optional(), ssh_user: optional() };

/** What every pull type has besides its own form (connect-api.md §11.2). */
const common: PropertyRules = {
  anchor_time: optional({ type: 'string', format: 'date-time' }),
  cron_expression: optional(null),
  frequency_in_minutes: optional({ type: 'string', pattern: '^1$|^30$|^60$|^360$|^720$|^1440$' }),
  image_version: readOnly(required(null)),
};

/** The steps of a type, in the order they are taken (connect-api.md §6.2); nothing is provided. */
export function listSteps({ delivery, form, oauth }: SourceType): CardStep[] {
  const later =
    delivery === 'pull' ? (['discover_schema', 'field_selection', 'fully_configured'] as const) : (['fully_configured'] as const);
  return [
    { type: 'form', properties: toProperties(delivery === 'pull' ? { ...common, ...form } : form) },
    ...(oauth === undefined ? [] : [{ type: 'oauth' as const, properties: toProperties(oauth) }]),
    ...later.map((type) => ({ type, properties: [] })),
  ];
}

function toProperties(rules: PropertyRules): CardProperty[] {
  return Object.entries(rules).map(([name, rule]) => {
    const { schema, required: isRequired = false, credential = false, tapMutable = false, kind = 'user_provided' } = rule;
    return {
      name,
      is_required: isRequired,
      is_credential: credential,
      system_provided: kind === 'read_only' || kind === 'system_provided_by_default',
      property_type: kind,
      json_schema: schema,
      provided: false,
      tap_mutable: tapMutable,
    };
  });
}
