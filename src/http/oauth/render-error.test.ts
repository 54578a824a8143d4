import { expect, it } from 'vitest';
import { AppError } from '../../../contract/errors.ts';
import { OAuthError } from '../../../contract/oauth.ts';
import { TooManyError } from '../../access/too-many.ts';
import { renderOAuthError } from './render-error.ts';

it.each<[unknown, number, string, number | undefined, boolean]>([
  [new OAuthError('invalid_client', 'm'), 401, 'invalid_client', undefined, false],
  [new OAuthError('invalid_grant', 'm'), 400, 'invalid_grant', undefined, false],
  [new TooManyError(7), 429, 'temporarily_unavailable', 7, false],
  [new AppError('not_confirmed', 'm'), 503, 'temporarily_unavailable', 5, true],
  [new AppError('unavailable', 'm'), 503, 'temporarily_unavailable', 5, true],
  [new AppError('invalid_body', 'm'), 400, 'invalid_request', undefined, false],
])('answers %s', (error, status, code, retryAfter, unexpected) => {
  expect(renderOAuthError(error)).toMatchObject({ status, body: { error: code }, retryAfter, unexpected });
});

it('withholds what failed inside', () => {
  const rendered = renderOAuthError(new Error('the secret of the matter'));
  expect(rendered).toMatchObject({ status: 500, body: { error: 'server_error' }, unexpected: true });
  expect(JSON.stringify(rendered)).not.toContain('matter');
});
