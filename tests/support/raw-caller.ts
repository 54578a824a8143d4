/** Whole requests of exact bytes, one after the other on a connection that is kept while the server keeps it. */
import { connectRaw, type RawConnection, type RawResponse } from './raw-http.ts';

export interface RawRequest {
  readonly method: string;
  /** As it stands in the request line; text is sent as Latin-1. */
  readonly target: string;
  readonly headers?: readonly string[];
  readonly body?: string | Uint8Array;
}

export interface RawCaller {
  /** Rejects when there is no complete answer within ten seconds. */
  call(request: RawRequest): Promise<RawResponse>;
  close(): void;
}

const patienceMs = 10_000;

export function createRawCaller(url: URL): RawCaller {
  let connection: RawConnection | undefined;

  async function exchange(kept: RawConnection, { method, target, headers = [], body }: RawRequest): Promise<RawResponse> {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    const length =
      bytes === undefined || headers.some((line) => /^(?:content-length|transfer-encoding):/i.test(line))
        ? []
        : [`Content-Length: ${bytes.length}`];
    const head = [`${method} ${target} HTTP/1.1`, `Host: ${url.host}`, ...headers, ...length];
    // A server that refuses may stop to read: the answer is what is waited for.
    void kept.send(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), bytes ?? Buffer.alloc(0)]));
    const timer = setTimeout(() => kept.cut(), patienceMs);
    try {
      return await kept.response({ head: method === 'HEAD' });
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async call(request) {
      const kept = (connection ??= await connectRaw(url));
      const forget = (): void => {
        kept.cut();
        connection = undefined;
      };
      try {
        const reply = await exchange(kept, request);
        if (reply.headers.get('connection') === 'close') forget();
        return reply;
      } catch (error) {
        forget();
        throw error;
      }
    },
    close() {
      connection?.cut();
      connection = undefined;
    },
  };
}
