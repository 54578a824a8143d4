/** The pages and what their buttons do. */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { AccessEnded, createConnectApi, planDestination } from './connect-api.ts';
import { readNotice, type Notice } from './notices.ts';
import { ConsentRefused, type OAuthClient } from './oauth.ts';
import { renderPage, type Status } from './pages.ts';
import { createVisitors, type Visitor } from './visitors.ts';

export interface PartnerAppOptions {
  readonly thimble: URL;
  /** Of this application. */
  readonly origin: string;
  readonly oauth: OAuthClient;
  /** PostgreSQL that is pushed as a destination. */
  readonly warehouse: URL | undefined;
  /** Hexadecimal; without it no notice is believed. */
  readonly noticeKey: string | undefined;
}

type Action = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

const style = readFileSync(new URL('style.css', import.meta.url));
const prefillNames = ['email', 'first_name', 'last_name', 'company'];
const maxNoticeBytes = 10_000;

export function createPartnerApp({ thimble, origin, oauth, warehouse, noticeKey }: PartnerAppOptions): RequestListener {
  const visitorOf = createVisitors();
  const notices = new Map<number, Notice>();

  const actions: Readonly<Record<string, Action>> = {
    async 'GET /'(request, response) {
      const visitor = visitorOf(request, response);
      const { message, connection } = visitor;
      visitor.message = undefined;
      const notice = connection && notices.get(connection.accountId);
      sendPage(response, renderPage(await readStatus(visitor), { message, notice }));
    },
    async 'GET /connect'(request, response, url) {
      const prefill = new Map([...url.searchParams].filter(([name, value]) => prefillNames.includes(name) && value !== ''));
      const { url: target, pending } = oauth.begin(prefill);
      visitorOf(request, response).pending = pending;
      redirect(response, target);
    },
    async 'GET /callback'(request, response, url) {
      const visitor = visitorOf(request, response);
      const { pending } = visitor;
      // An answer is taken once, whatever it is.
      visitor.pending = undefined;
      await tell(visitor, async () => {
        visitor.connection = await oauth.finish(url.searchParams, pending);
        notices.delete(visitor.connection.accountId);
        return 'Your Thimble account is connected.';
      });
      redirect(response, '/');
    },
    async 'POST /destinations'(request, response) {
      const visitor = visitorOf(request, response);
      const { connection } = visitor;
      await tell(visitor, async () => {
        if (connection === undefined) return 'Connect your Thimble account first.';
        const { name, id } = await createConnectApi(thimble, connection.token).createDestination(planDestination(warehouse));
        return `Pushed the destination ${name} (${id}).`;
      });
      redirect(response, '/');
    },
    async 'POST /disconnect'(request, response) {
      const visitor = visitorOf(request, response);
      const { connection } = visitor;
      await tell(visitor, async () => {
        if (connection !== undefined) await oauth.revoke(connection.token);
        visitor.connection = undefined;
        return 'Disconnected. We have thrown our token away.';
      });
      redirect(response, '/');
    },
    async 'POST /notices'(request, response) {
      const signature = String(request.headers['thimble-signature'] ?? '');
      const body = await readBody(request);
      const notice = noticeKey === undefined ? undefined : readNotice(body, signature, noticeKey);
      if (notice !== undefined) notices.set(notice.stitch_account_id, notice);
      response.writeHead(notice === undefined ? 401 : 204).end();
    },
    async 'GET /style.css'(_request, response) {
      response.writeHead(200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'no-cache' }).end(style);
    },
  };

  /** Asks Thimble each time: a token that worked a moment ago may be dead, and one that was disabled may work again. */
  async function readStatus({ connection }: Visitor): Promise<Status> {
    if (connection === undefined) return { kind: 'not connected' };
    const { accountId, token } = connection;
    const api = createConnectApi(thimble, token);
    try {
      return { kind: 'connected', accountId, destinations: await api.listDestinations(), sources: await api.listSources() };
    } catch (error) {
      if (error instanceof AccessEnded) return { kind: 'ended', accountId, reason: error.message };
      throw error;
    }
  }

  return (request, response) => {
    const url = new URL(request.url ?? '/', origin);
    const action = actions[`${request.method} ${url.pathname}`];
    if (action === undefined) return void response.writeHead(404).end('There is no such page.');
    if (request.method === 'POST' && url.pathname !== '/notices' && request.headers.origin !== origin)
      return void response.writeHead(403).end('This form was sent from another site.');
    response.setHeader('x-content-type-options', 'nosniff').setHeader('referrer-policy', 'same-origin');
    action(request, response, url).catch((error: unknown) => {
      process.stderr.write(`${describe(error)}\n`);
      if (!response.headersSent) response.writeHead(502);
      response.end('Thimble cannot be asked right now. Try again.');
    });
  };

  function sendPage(response: ServerResponse, page: string): void {
    const policy = `default-src 'none'; style-src 'self'; img-src data:; form-action 'self' ${thimble.origin}; base-uri 'none'; frame-ancestors 'none'`;
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy, 'cache-control': 'no-store' })
      .end(page);
  }
}

/** Does what was asked and keeps what came of it for the next page. */
async function tell(visitor: Visitor, act: () => Promise<string>): Promise<void> {
  try {
    visitor.message = await act();
  } catch (error) {
    // The page itself says it when access has ended.
    visitor.message = error instanceof AccessEnded ? undefined : describe(error);
    if (!(error instanceof ConsentRefused || error instanceof AccessEnded)) process.stderr.write(`${describe(error)}\n`);
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if ((bytes += chunk.length) > maxNoticeBytes) throw new Error('A notice was too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { location, 'cache-control': 'no-store' }).end();
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
