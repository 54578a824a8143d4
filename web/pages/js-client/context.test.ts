import { describe, expect, it } from 'vitest';
import { readContext } from './context.ts';

const update = (name: unknown, params: unknown, more: object = {}): unknown => ({
  type: 'update',
  data: { version: 2, hideNav: true, additionalState: {}, targetState: { name, params }, ...more },
});

describe('the context a page sends', () => {
  it.each([
    ['app.connections.create', { route: 'import_api' }, { kind: 'add', type: 'import_api' }],
    ['app.connections.details.edit', { id: 7 }, { kind: 'edit', id: 7 }],
    ['app.connections.details.edit', { id: '7' }, { kind: 'edit', id: 7 }],
    ['app.connections.details.authorize', { id: 7 }, { kind: 'authorize', id: 7 }],
    ['app.connections.details.fields', { id: 7 }, { kind: 'unavailable', name: 'app.connections.details.fields' }],
  ])('names in %s with %j what it wants', (name, params, target) => {
    expect(readContext(update(name, params))).toEqual({ target, ephemeralToken: undefined, hidesNav: true });
  });

  it.each([[{ id: -1 }], [{ id: 1.5 }], [{ id: '7/../8' }], [{ id: { toString: 'x' } }], [undefined], [null], ['7']])(
    'asks with %j for no source',
    (params) => {
      expect(readContext(update('app.connections.details.edit', params))?.target).toEqual({ kind: 'edit', id: 0 });
    },
  );

  it('may bring an ephemeral token, which is text', () => {
    const withToken = (token: unknown): unknown => update('x', {}, { additionalState: { ephemeral_token: token } });
    expect(readContext(withToken('abc'))?.ephemeralToken).toBe('abc');
    for (const token of ['', null, 7, {}, undefined]) expect(readContext(withToken(token))?.ephemeralToken).toBeUndefined();
  });

  it('is nothing else than an update', () => {
    for (const message of [undefined, null, 'update', 7, [], { type: 'bootstrap' }, { data: {} }])
      expect(readContext(message)).toBeUndefined();
    expect(readContext({ type: 'update' })).toMatchObject({ target: { kind: 'unavailable', name: '' }, hidesNav: false });
  });
});
