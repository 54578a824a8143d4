import { expect, it } from 'vitest';
import { paths } from '../../paths.ts';
import { toOwnPath } from './own-path.ts';

const own = 'https://thimble.example';

it.each(['/', '/oauth/authorization?client_id=oc_1&state=a%20b', '/v2/js-client', '/.//evil.example'])(
  'a person who signed in goes on to %s',
  (from) => {
    expect(toOwnPath(from)).toBe(from);
    expect(new URL(from, own).origin).toBe(own);
  },
);

const foreign = ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', '', undefined, null, 7];
/** What readers of URLs take out. */
const hidden = ['\t', '\n', '\r', '\t\n\r'].flatMap((taken) => [
  `/${taken}/evil.example`,
  `${taken}//evil.example`,
  `/${taken}\\evil.example`,
]);

it.each([...foreign, ...hidden, '/session/create'])('a person who signed in is not sent to %j', (from) => {
  expect(toOwnPath(from)).toBe(paths.home());
});
