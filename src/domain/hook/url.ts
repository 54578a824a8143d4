import { AppError } from '../../../contract/errors.ts';
import { EgressRefusedError } from '../../lib/egress.ts';

const maxUrlLength = 2048;
const patienceMs = 5000;

/** The URL of a hook: HTTPS, without a user, which no request would carry. Throws `invalid_body`. */
export function parseHookUrl(text: string): URL {
  const url = text.length <= maxUrlLength && URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') {
    throw new AppError('invalid_body', 'Invalid POST body: config.url must be an https:// URL without user and password.');
  }
  return url;
}

/**
 * Refuses what leads where the server does not connect to. A name that is not known, or not soon, may be known when the hook is
 * called, which asks again. Throws `invalid_body`.
 */
export async function requirePermittedHost(url: URL, egress: (host: string) => Promise<string>): Promise<void> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), patienceMs);
  const impatient = new Promise<void>((resolve) => patience.signal.addEventListener('abort', () => resolve()));
  try {
    await Promise.race([egress(url.hostname), impatient]);
  } catch (error) {
    if (error instanceof EgressRefusedError) throw new AppError('invalid_body', `Invalid POST body: config.url: ${error.message}`);
  } finally {
    clearTimeout(timer);
  }
}
