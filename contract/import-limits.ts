/** Limits of one import request (import-api.md §11.2). Apart from the schemas, so that decoding threads start without loading zod. */

/** Records of a push, messages of a batch. */
export const maxRecords = 20_000;
/** Leaf values of one record's `data`. */
export const maxDataPoints = 10_000;
/** Characters of a string key value (import-api.md A1). */
export const maxKeyCharacters = 1024;
