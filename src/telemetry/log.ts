import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

/**
 * Credentials as minted (access.md, format): prefix, id, secret, check. The id may be logged, the rest never. Whatever stands around
 * it: in a line of JSON or in a URL the character before may be the `n` of a newline or the `F` of `%2F`.
 */
const credential = /((?:ac|at|oc|wh)_[0-9A-Za-z]{12})[0-9A-Za-z]{38}/g;

/** Cuts the secret out of every credential in a text. */
export function maskCredentials(text: string): string {
  return text.replace(credential, '$1…');
}

/** JSON lines with ISO times; authorization headers are dropped and anything shaped like a credential is cut before it is written. */
export function createLog(options: { level: string; destination?: DestinationStream }): Log {
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: ['authorization', '*.authorization', '*.headers.authorization', 'headers.authorization'], remove: true },
      hooks: { streamWrite: maskCredentials },
    },
    options.destination ?? pino.destination({ dest: 2, sync: true }),
  );
}
