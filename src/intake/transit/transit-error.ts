/** The body is JSON but not Transit as import-api.md §5 has it. The message is for the client. */
export class TransitError extends Error {
  override readonly name = 'TransitError';
}
