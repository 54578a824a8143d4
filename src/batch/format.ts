/**
 * Codec version 1: a 16-byte header, an area of 8-byte words (first words of the batch, then cells in column order), a stream of varints and bytes.
 * Header, little-endian: u8 version, 3 bytes of zero, u32 CRC-32 of everything after byte 8, u32 words, u32 total length.
 */
export const formatVersion = 1;
export const headerBytes = 16;
export const crcStart = 8;

/** In place of a column's only tag: its tags follow one by one. */
export const mixedTags = 0xff;
/** So many nulls, booleans or objects of a column may share one tag. */
export const maxFreeValues = 64;

/** Bounds that no sound batch reaches; they keep damaged bytes from taking memory or stack. */
export const maxValues = 2 ** 27;
export const maxNesting = 1000;
