import { request } from 'node:https';
import { isIP } from 'node:net';

export interface PostOptions {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The gate: resolves a host once to the address to connect to. */
  readonly egress: (host: string) => Promise<string>;
  /** From the look-up of the name to the status line. */
  readonly timeoutMs: number;
  /** Ends it early. */
  readonly signal: AbortSignal;
  /** Certificates trusted instead of the system's. */
  readonly ca?: string | undefined;
}

/** Posts once over HTTPS and returns the status; follows no redirect, reads no body. Rejects when there is no answer in time. */
export async function postJson({ url, body, headers, egress, timeoutMs, signal, ca }: PostOptions): Promise<number> {
  const { protocol, hostname, port, host, pathname, search } = new URL(url);
  if (protocol !== 'https:') throw new Error('The URL is not https.');
  const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const address = await untilAborted(egress(hostname), within);
  const bare = hostname.replace(/^\[(.*)\]$/s, '$1');
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const sent = request(
    {
      host: address,
      port: port === '' ? 443 : port,
      // The name is proven by the certificate, although the connection goes to the address.
      servername: isIP(bare) === 0 ? bare : '',
      path: `${pathname}${search}`,
      method: 'POST',
      headers: { ...headers, host, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      agent: false,
      signal: within,
      ...(ca === undefined ? {} : { ca }),
    },
    (response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    },
  );
  sent.on('error', reject);
  sent.end(body);
  return promise.catch((error: unknown) => {
    throw within.aborted ? new Error('No answer in time.', { cause: error }) : error;
  });
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(new Error('The host was not resolved in time.'));
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
