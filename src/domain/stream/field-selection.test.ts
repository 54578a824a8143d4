import { describe, expect, it } from 'vitest';
import { isFieldReplicated } from './field-selection.ts';

const any = [true, false, null];

describe('connect-api.md §14.10: whether a field of a selected stream is replicated (§7.6)', () => {
  it.each(any.flatMap((selected) => any.map((selectedByDefault) => ({ selected, selectedByDefault }))))(
    'is settled by the inclusion where it is automatic or unsupported: %j',
    (choice) => {
      for (const reading of ['singer', 'documented'] as const) {
        expect(isFieldReplicated({ inclusion: 'automatic', ...choice }, reading)).toBe(true);
        expect(isFieldReplicated({ inclusion: 'unsupported', ...choice }, reading)).toBe(false);
      }
    },
  );

  it.each([
    { selected: true, selectedByDefault: true, singer: true, documented: true },
    { selected: true, selectedByDefault: false, singer: true, documented: true },
    { selected: true, selectedByDefault: null, singer: true, documented: true },
    // The only row on which the two readings differ (A13).
    { selected: false, selectedByDefault: true, singer: false, documented: true },
    { selected: false, selectedByDefault: false, singer: false, documented: false },
    { selected: false, selectedByDefault: null, singer: false, documented: false },
    { selected: null, selectedByDefault: true, singer: true, documented: true },
    { selected: null, selectedByDefault: false, singer: false, documented: false },
    { selected: null, selectedByDefault: null, singer: false, documented: false },
  ])('depends on the choice where it is available: %j', ({ selected, selectedByDefault, singer, documented }) => {
    for (const inclusion of ['available', undefined]) {
      const choice = { inclusion, selected, selectedByDefault };
      expect(isFieldReplicated(choice)).toBe(singer);
      expect(isFieldReplicated(choice, 'singer')).toBe(singer);
      expect(isFieldReplicated(choice, 'documented')).toBe(documented);
    }
  });
});
