/** Why a request body could not be read. Each surface renders them in its own shape. */

/** The body is larger than allowed: declared, received or inflated. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
  /** The declared size, or what had been read when the limit was passed. */
  readonly bytes: number;
  constructor(bytes: number) {
    super(`The body has at least ${bytes} bytes.`);
    this.bytes = bytes;
  }
}

/** `Content-Encoding` names something we do not undo, or several encodings. */
export class UnsupportedEncodingError extends Error {
  override readonly name = 'UnsupportedEncodingError';
  readonly encoding: string;
  constructor(encoding: string) {
    super(`Unsupported content-encoding ${encoding}. Please send gzip, deflate or identity`);
    this.encoding = encoding;
  }
}

/** The body is not what its `Content-Encoding` says: corrupt, cut short, or followed by something else. */
export class MalformedEncodingError extends Error {
  override readonly name = 'MalformedEncodingError';
}

/** The client went away before the end of the body. */
export class BodyAbortedError extends Error {
  override readonly name = 'BodyAbortedError';
}

/** The client stopped sending, or sent too slowly. */
export class BodyTimeoutError extends Error {
  override readonly name = 'BodyTimeoutError';
}
