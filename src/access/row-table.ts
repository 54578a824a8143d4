/** Finds rows by a hash of something the rows hold. Rows are 1 and above. */
export interface RowTable {
  find(hash: number, matches: (row: number) => boolean): number | undefined;
  /** The row must be written, and not be in the table. */
  add(row: number): void;
  /** The row must still hold what it was added with. */
  remove(row: number): void;
}

/** Open addressing in one Int32Array: at most 11 bytes a row where a Map takes 30 and its keys another 30, and nothing for the garbage collector. */
export function createRowTable(hashOf: (row: number) => number): RowTable {
  /** 0 is a free slot. The length is a power of two. */
  let slots = new Int32Array(128);
  let mask = slots.length - 1;
  let used = 0;

  const at = (slot: number): number => slots[slot] ?? 0;

  function place(row: number): void {
    let slot = hashOf(row) & mask;
    while (at(slot) !== 0) slot = (slot + 1) & mask;
    slots[slot] = row;
  }

  function grow(): void {
    const rows = slots.filter((row) => row !== 0);
    slots = new Int32Array(slots.length * 2);
    mask = slots.length - 1;
    for (const row of rows) place(row);
  }

  return {
    find(hash, matches) {
      for (let slot = hash & mask; at(slot) !== 0; slot = (slot + 1) & mask) if (matches(at(slot))) return at(slot);
      return undefined;
    },

    add(row) {
      used += 1;
      if (used * 4 > slots.length * 3) grow();
      place(row);
    },

    remove(row) {
      let hole = hashOf(row) & mask;
      while (at(hole) !== row) {
        if (at(hole) === 0) return;
        hole = (hole + 1) & mask;
      }
      used -= 1;
      // A row may move into the hole unless that is before the slot its hash names.
      for (let slot = (hole + 1) & mask; at(slot) !== 0; slot = (slot + 1) & mask) {
        const distance = (slot - (hashOf(at(slot)) & mask)) & mask;
        if (distance < ((slot - hole) & mask)) continue;
        slots[hole] = at(slot);
        hole = slot;
      }
      slots[hole] = 0;
    },
  };
}

/** FNV-1a over UTF-16 code units. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash ^ (hash >>> 15);
}

/** Spreads consecutive ids (multiplication by 2^32 / the golden ratio). */
export function hashId(id: number): number {
  const hash = Math.imul(id, 0x9e3779b1);
  return hash ^ (hash >>> 15);
}
