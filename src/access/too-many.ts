/** More was asked than is answered for now. */
export class TooManyError extends Error {
  override readonly name = 'TooManyError';
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super(`Too many attempts. Try again in ${retryAfterSeconds} ${retryAfterSeconds === 1 ? 'second' : 'seconds'}.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
