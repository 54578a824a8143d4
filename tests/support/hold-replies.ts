/** Set-up of every test file: what `fetch` gets from one of our servers is held against the OpenAPI documents. */
import { assertDocumentedReply, isExempt } from './documented-replies.ts';

const original = globalThis.fetch;

globalThis.fetch = async (input, init) => {
  const response = await original(input, init);
  const { protocol, hostname, origin, pathname } = new URL(input instanceof Request ? input.url : input);
  if (protocol !== 'http:' || hostname !== '127.0.0.1' || response.redirected || isExempt(origin)) return response;
  if (!/^\/(?:v[34]|v2\/import|notifications\/public)(?:\/|$)/.test(pathname)) return response;
  assertDocumentedReply({
    method: (init?.method ?? (input instanceof Request ? input.method : 'GET')).toUpperCase(),
    path: pathname,
    status: response.status,
    contentType: response.headers.get('content-type'),
    body: await response.clone().text(),
  });
  return response;
};
