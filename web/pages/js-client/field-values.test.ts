import { describe, expect, it } from 'vitest';
import { toText, toValue } from './field-values.ts';

describe('values of a form', () => {
  it.each([
    ['text', ' a b ', ' a b '],
    ['date', '2026-01-31', '2026-01-31T00:00:00Z'],
    ['list', 'a\n\n b ', ['a', 'b']],
    ['json', '[{"id": "x"}]', [{ id: 'x' }]],
    ['json', '[{', '[{'],
    ['text', '  ', null],
    ['list', '', null],
  ] as const)('a %s typed as %j is sent as %j', (kind, text, value) => {
    expect(toValue({ kind }, text)).toEqual(value);
  });

  it.each([
    ['text', 'x', 'x'],
    ['date', '2026-01-31T00:00:00Z', '2026-01-31'],
    ['list', ['a', 'b'], 'a\nb'],
    ['json', { a: 1 }, '{"a":1}'],
    ['text', undefined, ''],
    ['text', null, ''],
  ] as const)('a %s kept as %j is shown as %j', (kind, value, text) => {
    expect(toText({ kind }, value)).toBe(text);
  });
});
