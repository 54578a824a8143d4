/** Bounds of our own that no sensible request reaches; those of the contract are in contract/import-limits.ts. */

/** Keys and values of one record, or of an envelope without its messages: bounds the tape. */
export const maxTapeLength = 400_000;
/** Different new paths over all records of a request: bounds what a column costs besides its values. */
export const maxPaths = 100_000;
/** Bytes that the cache codes of a Transit body may stand for: keys are compared, values are copied. */
export const maxCachedKeyBytes = 512 * 2 ** 20;
export const maxCachedValueBytes = (bodyBytes: number): number => Math.min(2 ** 20 + 8 * bodyBytes, 64 * 2 ** 20);
/** Memory of a table that is kept for the next body, and of all such tables of a thread. */
export const maxKeptTableBytes = 2 ** 20;
export const maxKeptTablesBytes = 4 * 2 ** 20;
/** Characters of a client's own text in an error, and how many such texts. */
export const maxQuotedCharacters = 200;
export const maxQuotedNames = 20;
