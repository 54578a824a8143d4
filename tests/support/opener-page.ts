/** A page of another site that opens our pop-up as the original's browser library does, out of the description of its protocol (connect-api.md §11.1). */
import type { BrowserContext, Page } from 'playwright-core';

export const openerOrigin = 'http://partner.example';

export interface OpenerCall {
  /** Name of the state and its parameters. */
  readonly name: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly ephemeralToken?: string;
  /** `onlyAuthorizeSource`: `authorizeSuccess` settles it. */
  readonly settlesOnAuthorize?: boolean;
}

export interface OpenerOutcome {
  readonly resolved?: unknown;
  readonly rejected?: string;
  /** Types of the events in the order they came. */
  readonly events: readonly string[];
}

/** Serves the page in this context, and opens it. */
export async function openOpener(context: BrowserContext): Promise<Page> {
  await context.route(`${openerOrigin}/**`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<title>Partner</title><h1>Partner</h1>' }),
  );
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(`${openerOrigin}/`);
  return page;
}

/** Opens the pop-up and gives it and what the promise of the library comes to. */
export async function callOpener(opener: Page, host: string, call: OpenerCall): Promise<{ popup: Page; outcome: Promise<OpenerOutcome> }> {
  const opening = opener.waitForEvent('popup');
  const outcome = opener.evaluate(`(${library})(${JSON.stringify({ host, call })})`) as Promise<OpenerOutcome>;
  // A test may be over before the window is closed.
  outcome.catch(() => undefined);
  const popup = await opening;
  popup.setDefaultTimeout(15_000);
  await popup.setViewportSize({ width: 420, height: 740 });
  return { popup, outcome };
}

// Text, since it runs in the browser: the promise settles once the window is closed, which is looked at each second.
const library = `({ host, call }) => new Promise((settle) => {
  const events = [];
  let result;
  const child = window.open(host + '/v2/js-client');
  const finish = (outcome) => {
    result ??= outcome;
    child.close();
  };
  const onEvent = (type, data) => {
    if (type === 'integrationFlowCompleted') finish({ resolved: data });
    else if (type === 'authorizeSuccess' && call.settlesOnAuthorize) finish({ resolved: data });
    else if (type === 'authorizeFailure') finish({ rejected: 'AuthorizeFailureError' });
    else if (type === 'errorLoadingConnection') finish({ rejected: 'SourceNotFoundError ' + data.id });
    else if (type === 'errorLoadingIntegrationType') finish({ rejected: 'UnknownSourceTypeError' });
    else if (type === 'errorUpgradingEphemeralToken') finish({ rejected: 'UpgradeEphemeralTokenError' });
    else if (type === 'integrationFormClose') finish({ rejected: 'AppClosedPrematurelyError' });
  };
  const listen = (event) => {
    if (event.source !== child) return;
    const { type, data } = event.data;
    events.push(type);
    if (type !== 'bootstrap') return onEvent(type, data);
    const additionalState = { default_selections: {}, ...(call.ephemeralToken ? { ephemeral_token: call.ephemeralToken } : {}) };
    const targetState = { name: call.name, params: call.params };
    const context = { version: 2, hideNav: true, preventIntegrationFormClose: true, additionalState, targetState };
    child.postMessage({ type: 'update', data: context }, '*');
  };
  window.addEventListener('message', listen);
  const poll = setInterval(() => {
    if (!child.closed) return;
    clearInterval(poll);
    window.removeEventListener('message', listen);
    settle({ ...(result ?? { rejected: 'AppClosedPrematurelyError' }), events });
  }, 1000);
})`;
