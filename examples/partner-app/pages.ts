/** The one page of the application, in each of its states. */
import type { Destination, Source } from './connect-api.ts';
import { html, type Html } from './html.ts';
import type { Notice } from './notices.ts';

export type Status =
  | { readonly kind: 'not connected' }
  | {
      readonly kind: 'connected';
      readonly accountId: number;
      readonly destinations: readonly Destination[];
      readonly sources: readonly Source[];
    }
  | { readonly kind: 'ended'; readonly accountId: number; readonly reason: string };

export function renderPage(status: Status, extras: { message: string | undefined; notice: Notice | undefined }): string {
  const { message, notice } = extras;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Loom Works</title>
        <link rel="stylesheet" href="/style.css" />
        <link rel="icon" href="data:," />
      </head>
      <body>
        <header><span class="mark" aria-hidden="true"></span>Loom Works</header>
        <main>
          ${message === undefined ? undefined : html`<p class="message" role="status">${message}</p>`} ${renderStatus(status)}
          ${notice === undefined ? undefined : renderNotice(notice)}
        </main>
      </body>
    </html>`.markup;
}

function renderStatus(status: Status): Html {
  switch (status.kind) {
    case 'not connected':
      return html`<h1>Your data, in our warehouse</h1>
        <p>Connect your Thimble account, and we set up a warehouse that your integrations load into.</p>
        ${connectForm()}`;
    case 'ended':
      return html`<h1><span class="badge ended">Disconnected</span></h1>
        <p>We have no access to Thimble account ${status.accountId} any more. ${status.reason}</p>
        <p>What your integrations send to our warehouse meanwhile is kept by Thimble, and loaded once you reconnect.</p>
        <form method="get" action="/connect"><button>Reconnect</button></form>`;
    case 'connected':
      return html`<h1><span class="badge">Connected</span></h1>
        <p>We have access to Thimble account ${status.accountId}.</p>
        <form method="post" action="/destinations"><button>Push a destination</button></form>
        ${renderList(
          'Destinations',
          status.destinations.map(({ id, name, type }) => ({ id, name, type })),
        )}
        ${renderList(
          'Integrations',
          status.sources.map(({ id, display_name: name, type }) => ({ id, name, type })),
        )}
        <form method="post" action="/disconnect"><button class="plain">Disconnect</button></form>`;
  }
}

/** A plain link does as well; the fields only save typing to somebody who opens an account on the way. */
function connectForm(): Html {
  const fields = [
    ['email', 'E-mail address', 'email'],
    ['first_name', 'First name', 'text'],
    ['last_name', 'Last name', 'text'],
    ['company', 'Company', 'text'],
  ] as const;
  return html`<form method="get" action="/connect">
    <details>
      <summary>New to Thimble?</summary>
      <p>What you enter here is filled in for you when you open an account.</p>
      ${fields.map(([name, text, type]) => html`<label>${text}<input name="${name}" type="${type}" autocomplete="off" /></label>`)}
    </details>
    <button>Connect your Thimble account</button>
  </form>`;
}

function renderList(title: string, rows: readonly { id: number; name: string; type: string }[]): Html {
  if (rows.length === 0) {
    return html`<h2>${title}</h2>
      <p class="quiet">None yet.</p>`;
  }
  return html`<h2>${title}</h2>
    <ul aria-label="${title}">
      ${rows.map(({ id, name, type }) => html`<li><b>${name}</b> <span class="quiet">${type}, ${id}</span></li>`)}
    </ul>`;
}

function renderNotice({ event, state, at }: Notice): Html {
  const text = event === 'revoked' ? `Our access was ${state} in Thimble` : 'Our access was enabled again in Thimble';
  return html`<p class="quiet">Thimble told us: ${text} at <time>${at}</time>.</p>`;
}
