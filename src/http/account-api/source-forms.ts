/** What forms of integrations ask for, out of the cards of the Connect API. */
import type { SourceField, SourceForm } from '../../../contract/account-api/source-forms.ts';
import type { CardProperty, CardStep } from '../../../contract/connect-api/report-card.ts';

const titles: Readonly<Record<string, string>> = {
  import_api: 'Import API',
  'webhook.incoming-webhook': 'Incoming Webhook',
  'platform.hp-postgres': 'PostgreSQL',
  'platform.github': 'GitHub',
  'platform.hubspot': 'HubSpot',
};
const words: Readonly<Record<string, string>> = {
  api: 'API',
  dbname: 'Database',
  id: 'ID',
  ssh: 'SSH',
  ssl: 'SSL',
  uri: 'URI',
  url: 'URL',
};

/** Schedules have defaults, and a screen of their own later. */
const later = new Set(['anchor_time', 'cron_expression', 'frequency_in_minutes']);

/** The form of a type with this card; what is read-only or rarely needed stays out. */
export function describeForm({ type, steps }: { type: string; steps: readonly CardStep[] }): SourceForm {
  const asked = steps
    .flatMap((step) => step.properties)
    .filter(({ name, property_type: kind }) => kind !== 'read_only' && kind !== 'user_provided_advanced' && !later.has(name));
  const fields = asked.map(toField);
  return {
    type,
    title: titles[type] ?? toTitle(type.slice(type.indexOf('.') + 1)),
    fields: [...fields.filter(({ required }) => required), ...fields.filter(({ required }) => !required)],
  };
}

function toField({ name, is_required, is_credential, property_type, json_schema: schema }: CardProperty): SourceField {
  return {
    name,
    title: toTitle(name),
    required: is_required,
    credential: is_credential,
    fixed: property_type === 'user_provided_immutable',
    ...toKind(schema ?? {}),
  };
}

function toKind({ type, pattern, items, anyOf }: Record<string, unknown>): Pick<SourceField, 'kind' | 'values'> {
  if (type === 'array' && (items as { type?: unknown } | undefined)?.type === 'string') return { kind: 'list', values: [] };
  if (type === 'array' || type === 'object') return { kind: 'json', values: [] };
  if (anyOf !== undefined || typeof pattern !== 'string') return { kind: 'text', values: [] };
  const choice = /^\^\(([\w|-]+)\)\$$/.exec(pattern);
  if (choice?.[1] !== undefined) return { kind: 'choice', values: choice[1].split('|') };
  return { kind: pattern.endsWith('T00:00:00Z$') ? 'date' : 'text', values: [] };
}

/** `replication_slot_name` → `Replication slot name`. */
function toTitle(name: string): string {
  const text = name
    .split(/[_-]/)
    .map((word) => words[word] ?? word)
    .join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
