import { describe, expect, it } from 'vitest';
import { assertDocumentedReply } from '../tests/support/documented-replies.ts';

const reply = { method: 'GET', path: '/v4/sources/7/tokens', status: 200, contentType: 'application/json', body: '[]' };
const token = { token_id: 1, created_at: '2031-04-02T08:59:01Z' };

describe('the OpenAPI documents', () => {
  it('have what the APIs answer, also to paths that are none', () => {
    const notFound = JSON.stringify({ error: 'NotFound', data: { message: 'x' } });
    assertDocumentedReply(reply);
    assertDocumentedReply({ ...reply, path: '/v4/sources/7/tokens/?x=1', body: JSON.stringify([token]) });
    assertDocumentedReply({ ...reply, path: '/v4/sources/x/tokens', status: 404, body: notFound });
    assertDocumentedReply({ ...reply, path: '/v2/import/else', status: 404, body: '{"message":"Not found."}' });
    assertDocumentedReply({ ...reply, path: '/elsewhere', status: 299 });
  });

  it.each([
    ['a status', { status: 202 }, 'no such status'],
    ['a missing key', { body: '[{"token_id":1}]' }, 'created_at'],
    ['an extra key', { body: JSON.stringify([{ ...token, access_token: 'x' }]) }, 'additional properties'],
    ['a value of another form', { body: JSON.stringify([{ ...token, created_at: '2031-04-02' }]) }, 'pattern'],
    ['another error code', { status: 404, body: JSON.stringify({ error: 'Odd', data: { message: 'x' } }) }, 'anyOf|equal'],
    ['another media type', { contentType: 'text/html' }, 'media type'],
    ['another 404 of a path that is none', { path: '/v4/else', status: 404, body: '{}' }, 'required'],
    ['another success of push', { method: 'POST', path: '/v2/import/push', status: 201, body: '{"status":"OK"}' }, 'constant'],
  ])('do not have %s', (_name, change, reason) => {
    expect(() => assertDocumentedReply({ ...reply, ...change })).toThrow(new RegExp(reason));
  });
});
