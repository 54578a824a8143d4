/** Who is at the page, by a cookie. A real application keeps this in its database, and the tokens encrypted. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connection, PendingConsent } from './oauth.ts';

export interface Visitor {
  pending: PendingConsent | undefined;
  connection: Connection | undefined;
  /** Said once, on the next page. */
  message: string | undefined;
}

const cookieName = 'loom_session';

export function createVisitors(): (request: IncomingMessage, response: ServerResponse) => Visitor {
  const visitors = new Map<string, Visitor>();
  return (request, response) => {
    const { id = '' } = /(?:^|; )loom_session=(?<id>[\w-]+)/.exec(request.headers.cookie ?? '')?.groups ?? {};
    const known = visitors.get(id);
    if (known !== undefined) return known;
    const newId = randomBytes(24).toString('base64url');
    const visitor: Visitor = { pending: undefined, connection: undefined, message: undefined };
    visitors.set(newId, visitor);
    // Lax: the browser must send it when it comes back from Thimble.
    response.setHeader('set-cookie', `${cookieName}=${newId}; HttpOnly; SameSite=Lax; Path=/`);
    return visitor;
  };
}
