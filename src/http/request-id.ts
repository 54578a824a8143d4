import { randomBytes } from 'node:crypto';

/** Ids unique over restarts: a random part per server and a counter. Never chosen by the client. */
export function createRequestIds(): () => string {
  const server = randomBytes(6).toString('hex');
  let count = 0;
  return () => `${server}-${(++count).toString(36)}`;
}
