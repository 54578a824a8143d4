/** The body is not JSON (RFC 8259). The message is for the client and ends with the byte offset. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
  readonly offset: number;
  constructor(problem: string, offset: number) {
    super(`${problem} at byte ${offset}`);
    this.offset = offset;
  }
}
