import { AppError } from '../../../contract/errors.ts';

const maxRedirectUris = 20;
const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
/** What a reply adds to the address (RFC 6749 §4.1.2, RFC 9207): there twice, nobody would know which one counts. */
const replyParameters = ['code', 'state', 'error', 'error_description', 'iss'];

/** Where a partner may have browsers sent back to, exactly as given: a later request must repeat one to the letter. Throws `invalid_body`. */
export function parseRedirectUris(texts: readonly string[]): readonly string[] {
  if (texts.length === 0) throw new AppError('invalid_body', 'A partner needs at least one redirect URI.');
  if (texts.length > maxRedirectUris) throw new AppError('invalid_body', `A partner has at most ${maxRedirectUris} redirect URIs.`);
  for (const text of texts) {
    const fault = findFault(text);
    if (fault !== undefined) throw new AppError('invalid_body', `The redirect URI ${text.slice(0, 200)} ${fault}.`);
  }
  return [...new Set(texts)];
}

function findFault(text: string): string | undefined {
  if (text.length > 2000) return 'is longer than 2,000 characters';
  // Readers of URLs silently take out or turn round what is not plain, and would then send the browser elsewhere.
  if (!/^[!-~]+$/.test(text) || text.includes('\\')) return 'has characters that must be percent-encoded';
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return 'is not an absolute https:// URL';
  const { protocol, hostname, username, password, searchParams } = new URL(text);
  if (protocol === 'http:' && !loopback.has(hostname)) return 'must use https://, or lead to this machine';
  if (username !== '' || password !== '') return 'must not name a user';
  if (text.includes('#')) return 'must not have a fragment';
  const taken = replyParameters.find((name) => searchParams.has(name));
  return taken === undefined ? undefined : `must not have a parameter ${taken}, which a reply adds`;
}
