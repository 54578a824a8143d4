import { utf8Text } from './utf8-text.ts';

/**
 * The keys and shapes seen among the objects of one column. A shape is the list of its fields, in source order.
 * An object goes through `beginKeys`, `addKey` for each, `endKeys`; the guess is that it looks like the one before.
 */
export interface ObjectFields<Column> {
  readonly names: string[];
  readonly columns: Column[];
  readonly shapes: (readonly number[])[];
  readonly keys: Uint8Array[];
  /** Open addressing: field + 1 by the hash of its key; a power of two long, at most three quarters full. */
  slots: Int32Array;
  /** Secret start of every hash: a client cannot choose keys that collide. */
  readonly seed: number;
  /** Made with the second shape. */
  shapesByHash: Map<number, number[]> | undefined;
  /** The object that last had each field: finds a repeated key. */
  readonly lastObject: number[];
  object: number;
  /** -1 before the first object. */
  lastShape: number;
  /** The fields of the object before, which the next one is expected to have. */
  guess: readonly number[];
  readonly pending: number[];
  /** Whether `pending` is still a prefix of the guess. */
  matching: boolean;
}

/** No fields, no shapes. `seed` is any secret 32-bit number. */
export function createObjectFields<Column>(seed: number): ObjectFields<Column> {
  return {
    names: [],
    columns: [],
    shapes: [],
    keys: [],
    slots: new Int32Array(16),
    seed,
    shapesByHash: undefined,
    lastObject: [],
    object: 0,
    lastShape: -1,
    guess: [],
    pending: [],
    matching: false,
  };
}

/** Forgets the shapes but keeps the fields, and what the next object is expected to look like. */
export function forgetShapes<Column>(fields: ObjectFields<Column>): void {
  fields.shapes.length = 0;
  fields.shapesByHash = undefined;
  fields.lastShape = -1;
}

/** Starts the keys of one object. */
export function beginKeys<Column>(fields: ObjectFields<Column>): void {
  fields.object++;
  fields.pending.length = 0;
  fields.matching = true;
}

/**
 * Adds a key by its UTF-8; `newColumn` makes the column of a key not seen before.
 * False: this object already has the key, and the keys must be begun again without the repetition.
 */
export function addKey<Column>(
  fields: ObjectFields<Column>,
  bytes: Uint8Array,
  start: number,
  end: number,
  newColumn: (name: string) => Column,
): boolean {
  let field: number | undefined;
  if (fields.matching) {
    field = fields.guess[fields.pending.length];
    if (field === undefined || !sameBytes(fields.keys[field] as Uint8Array, bytes, start, end)) {
      fields.matching = false;
      field = undefined;
    }
  }
  field ??= findOrAddField(fields, bytes, start, end, newColumn);
  if (fields.lastObject[field] === fields.object) return false;
  fields.lastObject[field] = fields.object;
  fields.pending.push(field);
  return true;
}

/** Ends the keys: the index of the object's shape. */
export function endKeys<Column>(fields: ObjectFields<Column>): number {
  const { pending, shapes, guess, lastShape } = fields;
  const asGuessed = fields.matching && guess.length === pending.length;
  if (asGuessed && lastShape >= 0) return lastShape;
  if (shapes.length === 0) return addShape(fields, asGuessed ? guess : pending.slice());
  const byHash = (fields.shapesByHash ??= new Map([[shapeHash(fields, shapes[0] as readonly number[]), [0]]]));
  const hash = shapeHash(fields, pending);
  const candidates = byHash.get(hash);
  for (const shape of candidates ?? []) if (sameNumbers(shapes[shape] as readonly number[], pending)) return takeShape(fields, shape);
  const added = addShape(fields, pending.slice());
  if (candidates) candidates.push(added);
  else byHash.set(hash, [added]);
  return added;
}

function addShape<Column>(fields: ObjectFields<Column>, shape: readonly number[]): number {
  return takeShape(fields, fields.shapes.push(shape) - 1);
}

function takeShape<Column>(fields: ObjectFields<Column>, shape: number): number {
  fields.guess = fields.shapes[shape] as readonly number[];
  return (fields.lastShape = shape);
}

function shapeHash<Column>({ seed }: ObjectFields<Column>, shape: readonly number[]): number {
  let hash = seed;
  for (const field of shape) hash = Math.imul(hash ^ field, 0x01000193);
  return hash;
}

function findOrAddField<Column>(
  fields: ObjectFields<Column>,
  bytes: Uint8Array,
  start: number,
  end: number,
  newColumn: (name: string) => Column,
): number {
  const mask = fields.slots.length - 1;
  let slot = keyHash(fields.seed, bytes, start, end) & mask;
  for (; fields.slots[slot] !== 0; slot = (slot + 1) & mask) {
    const field = (fields.slots[slot] as number) - 1;
    if (sameBytes(fields.keys[field] as Uint8Array, bytes, start, end)) return field;
  }
  const key = new Uint8Array(bytes.subarray(start, end));
  const name = utf8Text(bytes, start, end);
  const column = newColumn(name);
  fields.names.push(name);
  fields.columns.push(column);
  fields.keys.push(key);
  fields.lastObject.push(0);
  fields.slots[slot] = fields.keys.length;
  if (fields.keys.length * 4 > fields.slots.length * 3) growSlots(fields);
  return fields.keys.length - 1;
}

function growSlots<Column>(fields: ObjectFields<Column>): void {
  const slots = new Int32Array(fields.slots.length * 2);
  const mask = slots.length - 1;
  for (const [field, key] of fields.keys.entries()) {
    let slot = keyHash(fields.seed, key, 0, key.length) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = field + 1;
  }
  fields.slots = slots;
}

function keyHash(seed: number, bytes: Uint8Array, start: number, end: number): number {
  let hash = seed;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return hash ^ (hash >>> 15);
}

function sameBytes(key: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (key.length !== length) return false;
  for (let offset = 0; offset < length; offset++) if (key[offset] !== bytes[start + offset]) return false;
  return true;
}

function sameNumbers(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
