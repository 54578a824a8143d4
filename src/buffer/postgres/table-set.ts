import type { TableSegment } from './segment-table.ts';

/** The segments in position order, as this process knows them. */
export interface TableSet {
  readonly segments: readonly TableSegment[];
  /** Takes appends. */
  active: TableSegment | undefined;
  /** An append to it is under way: it may not be dropped. */
  busy: TableSegment | undefined;
  add(segment: TableSegment): void;
  /** Takes segments out and puts another in their place, when one is given. */
  replace(old: readonly TableSegment[], segment?: TableSegment): void;
  /** A number never used before. */
  nextNumber(): number;
  diskBytes(): number;
}

/** Starts from what was found; numbers rise from `lastNumber`. */
export function createTableSet(found: readonly TableSegment[], active: TableSegment | undefined, lastNumber: number): TableSet {
  let segments = [...found];
  let number = lastNumber;
  return {
    get segments() {
      return segments;
    },
    active,
    busy: undefined,
    add: (segment) => void segments.push(segment),
    replace(old, segment) {
      const at = segments.findIndex((each) => old.includes(each));
      segments = segments.filter((each) => !old.includes(each));
      if (segment !== undefined) segments.splice(at, 0, segment);
    },
    nextNumber: () => (number += 1),
    diskBytes: () => segments.reduce((bytes, { fileBytes }) => bytes + fileBytes, 0),
  };
}
