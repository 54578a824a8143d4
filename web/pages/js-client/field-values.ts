import type { SourceField } from '../../../contract/account-api/source-forms.ts';

/** A stored value as it is typed. */
export function toText({ kind }: Pick<SourceField, 'kind'>, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (kind === 'date' && typeof value === 'string') return value.slice(0, 10);
  if (kind === 'list' && Array.isArray(value)) return value.join('\n');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What was typed as it is sent; nothing clears the property. What is no JSON is left to the server to refuse. */
export function toValue({ kind }: Pick<SourceField, 'kind'>, text: string): unknown {
  const typed = text.trim();
  if (typed === '') return null;
  if (kind === 'date') return `${typed}T00:00:00Z`;
  if (kind === 'list') {
    return typed
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  }
  if (kind !== 'json') return text;
  try {
    return JSON.parse(typed) as unknown;
  } catch {
    return text;
  }
}
