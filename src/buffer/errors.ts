/** The bound in all, or of one source, is reached: the client may retry once loads have drained. */
export class BufferFullError extends Error {
  override readonly name = 'BufferFullError';
  readonly scope: 'source' | 'total';
  constructor(scope: 'source' | 'total') {
    super(scope === 'source' ? 'This source has used its share of the buffer.' : 'The buffer is full.');
    this.scope = scope;
  }
}

/** The buffer could not commit (disk full, I/O error, deadline passed, closing). Nothing of the request was stored. */
export class BufferUnavailableError extends Error {
  override readonly name = 'BufferUnavailableError';
}
