import { describe, expect, it } from 'vitest';
import { formatToken, newTokenParts } from '../access/format.ts';
import { bearerToken, findQueryCredential } from './authenticate.ts';

describe('bearerToken', () => {
  it.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['BEARER\tabc  ', 'abc'],
    ['Bearer: abc', 'abc'],
    ['Bearer:abc', 'abc'],
  ])('reads %j', (header, token) => {
    expect(bearerToken(header, { rawAccepted: false })).toBe(token);
  });

  it.each([[undefined], [''], ['Bearer'], ['Bearer '], ['Bearerabc'], ['Basic YTpi'], ['abc'], ['Bearer a b'], ['Token abc']])(
    'finds nothing in %j',
    (header) => {
      expect(bearerToken(header, { rawAccepted: false })).toBeUndefined();
    },
  );

  it('reads a token without scheme only where that is accepted', () => {
    expect(bearerToken(' abc ', { rawAccepted: true })).toBe('abc');
    expect(bearerToken('Basic YTpi', { rawAccepted: true })).toBeUndefined();
    expect(bearerToken('', { rawAccepted: true })).toBeUndefined();
  });
});

describe('findQueryCredential', () => {
  const token = formatToken('at_', newTokenParts());

  it('finds a credential by the name of its parameter, whatever the value', () => {
    expect(findQueryCredential('/v2/import/push?a=1&Access_Token=x')).toBe('x');
    expect(findQueryCredential('/v2/import/push?token=')).toBe('');
    expect(findQueryCredential('/v2/import/push?api_key=old-style')).toBe('old-style');
  });

  it('finds one of our tokens under any name, escaped, or as the name', () => {
    expect(findQueryCredential(`/x?a=${token}`)).toBe(token);
    expect(findQueryCredential(`/x?a=${token.replace('_', '%5f')}`)).toBe(token);
    expect(findQueryCredential(`/x?${token}`)).toBe(token);
  });

  it('finds one of our tokens inside a longer value and in a fragment', () => {
    for (const target of [
      `/x?auth=Bearer%20${token}`,
      `/x?authorization=Bearer+${token}`,
      `/x?q=${token}.`,
      `/x?a=1#t=${token}`,
      `/x#access_token=${token}`,
    ]) {
      expect(findQueryCredential(target)).toBe(token);
    }
  });

  it('leaves other queries alone', () => {
    expect(findQueryCredential('/x')).toBeUndefined();
    expect(findQueryCredential('/x?')).toBeUndefined();
    expect(findQueryCredential(`/x?page=1&q=${token.slice(0, -1)}&%zz=%`)).toBeUndefined();
  });
});
