import { Tag } from './batch.ts';

export const tagCount = 12;

/** 1 for each tag that takes a cell, an entry in `textEnds`, an entry in `counts`; indexed by tag. */
export const takesCell: Readonly<Uint8Array> = flags(Tag.int64, Tag.double);
export const takesText: Readonly<Uint8Array> = flags(Tag.bigInteger, Tag.doubleText, Tag.decimal, Tag.timestamp, Tag.string);
export const takesCount: Readonly<Uint8Array> = flags(Tag.object, Tag.array);

function flags(...tags: Tag[]): Uint8Array {
  const result = new Uint8Array(256);
  for (const tag of tags) result[tag] = 1;
  return result;
}
