/** HTML as it is sent. Only `html` makes it, which escapes everything it is given that is not HTML already. */
export interface Html {
  readonly markup: string;
}

type Value = Html | string | number | readonly Html[] | undefined;

export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { markup: strings.map((text, index) => text + (index < values.length ? toMarkup(values[index]) : '')).join('') };
}

function toMarkup(value: Value): string {
  if (value === undefined) return '';
  if (typeof value === 'string' || typeof value === 'number') return escape(String(value));
  return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
