import { describe, expect, it } from 'vitest';
import { mintChange, testPeppers, usage } from '../../tests/support/registry-changes.ts';
import { formatToken, newTokenParts, parseToken } from './format.ts';
import type { ParsedToken } from './format.ts';
import type { Peppers } from './peppers.ts';
import type { CredentialKind, Refusal } from './principal.ts';
import { createRegistry } from './registry.ts';
import type { Registry, RegistryChange } from './registry.ts';

const everyKind: readonly CredentialKind[] = ['api_key', 'partner_key', 'import_token'];
const uniform = { ok: false, refusal: 'not_authorized', credentialId: undefined };
const peppers = testPeppers();

/** A registry that knows account 10 with source 10, and partner 1. */
function newRegistry(options: { peppers?: Peppers; now?: () => number } = {}): Registry {
  const registry = createRegistry({ peppers, now: () => 1_000, monotonicMs: () => 0, ...options });
  registry.apply([
    { kind: 'account', accountId: 10, held: false, apiAccess: true },
    { kind: 'source', sourceId: 10, state: 'active' },
    { kind: 'partner', partnerId: 1, active: true },
  ]);
  return registry;
}

function refusalOf(registry: Registry, token: string): Refusal | 'none' {
  const verdict = registry.verify(token, everyKind, usage);
  return verdict.ok ? 'none' : verdict.refusal;
}

describe('verify', () => {
  it('tells who acts', () => {
    const registry = newRegistry();
    const made = everyKind.map((kind, index) => mintChange(peppers, index + 1, kind));
    registry.apply(made.map(({ change }) => change));
    const verdicts = made.map(({ token }) => registry.verify(token, everyKind, usage));
    expect(verdicts).toEqual([
      { ok: true, principal: { kind: 'api_key', credentialId: 1, accountId: 10, sourceId: undefined, memberId: 10, partnerId: undefined } },
      { ok: true, principal: { kind: 'partner_key', credentialId: 2, accountId: 10, sourceId: undefined, memberId: 10, partnerId: 1 } },
      {
        ok: true,
        principal: { kind: 'import_token', credentialId: 3, accountId: 10, sourceId: 10, memberId: undefined, partnerId: undefined },
      },
    ]);
  });

  it('answers alike to no token, garbage, an unknown id, a wrong secret and a borrowed secret', () => {
    const registry = newRegistry();
    const one = mintChange(peppers, 1, 'import_token');
    const two = mintChange(peppers, 2, 'import_token');
    registry.apply([one.change, two.change]);
    const [first, second] = [one.token, two.token].map((token) => parseToken(token) as ParsedToken) as [ParsedToken, ParsedToken];
    const wrong = [
      undefined,
      '',
      'garbage',
      one.token.slice(0, -1),
      formatToken('at_', newTokenParts()),
      formatToken('at_', { keyId: first.keyId, secret: newTokenParts().secret }),
      formatToken('at_', { keyId: first.keyId, secret: second.secret }),
      formatToken('at_', { keyId: second.keyId, secret: first.secret }),
      formatToken('at_', { keyId: '__proto__000', secret: first.secret }),
    ];
    for (const token of wrong) expect(registry.verify(token, everyKind, usage)).toEqual(uniform);
    expect(refusalOf(registry, one.token)).toBe('none');
  });

  it('accepts a kind only where the route accepts it, whatever the prefix says', () => {
    const registry = newRegistry();
    for (const [index, kind] of everyKind.entries()) {
      const { token, change } = mintChange(peppers, index + 1, kind);
      registry.apply([change]);
      const parts = parseToken(token) as ParsedToken;
      for (const prefix of ['ac_', 'at_', 'oc_', 'xxx']) {
        for (const accepted of everyKind) {
          const verdict = registry.verify(formatToken(prefix, parts), [accepted], usage);
          if (kind === accepted) expect(verdict).toMatchObject({ ok: true, principal: { kind } });
          else expect(verdict).toEqual({ ok: false, refusal: 'not_authorized', credentialId: index + 1 });
        }
      }
    }
  });

  it('does not take a digest of one kind for another kind', () => {
    const registry = newRegistry();
    const { token, change } = mintChange(peppers, 1, 'import_token');
    registry.apply([{ ...change, credentialKind: 'api_key' }]);
    expect(registry.verify(token, everyKind, usage)).toEqual(uniform);
  });

  it('does one HMAC for a wrong secret and one for an unknown id, and none for what cannot be a token', () => {
    let derived = 0;
    const registry = newRegistry({
      peppers: {
        currentId: peppers.currentId,
        get(id) {
          derived += 1;
          return peppers.get(id);
        },
      },
    });
    const { token, change } = mintChange(peppers, 1, 'import_token');
    registry.apply([change]);
    const work = (value: string): number => {
      derived = 0;
      registry.verify(value, ['import_token'], usage);
      return derived;
    };
    expect(work(formatToken('at_', newTokenParts()))).toBe(1);
    expect(work(formatToken('at_', { keyId: change.keyId, secret: newTokenParts().secret }))).toBe(1);
    expect(work(token)).toBe(1);
    expect(work(`${token}x`)).toBe(0);
  });

  it('says why only to who holds the secret', () => {
    const registry = newRegistry();
    const { token, change } = mintChange(peppers, 1, 'api_key');
    const wrongSecret = formatToken('ac_', { keyId: change.keyId, secret: newTokenParts().secret });
    const states: [Partial<typeof change>, Refusal][] = [
      [{ state: 'disabled' }, 'disabled'],
      [{ state: 'disabled', disabledByPlan: true }, 'plan'],
      [{ state: 'deleted' }, 'deleted'],
    ];
    registry.apply([change]);
    for (const [state, refusal] of states) {
      registry.apply([{ ...change, ...state }]);
      expect(registry.verify(token, everyKind, usage)).toEqual({ ok: false, refusal, credentialId: 1 });
      expect(registry.verify(wrongSecret, everyKind, usage)).toEqual(uniform);
      registry.apply([change]);
      expect(refusalOf(registry, token)).toBe('none');
    }
  });

  it('refuses what has expired, from that instant on and only to who holds the secret', () => {
    let now = 999;
    const registry = newRegistry({ now: () => now });
    const { token, change } = mintChange(peppers, 1, 'api_key');
    registry.apply([{ ...change, expiresAt: 1_000 }]);
    const verdict = registry.verify(token, everyKind, usage);
    expect(verdict.ok).toBe(true);
    now = 1_000;
    expect(verdict.ok && registry.admit(verdict.principal)).toBeUndefined();
    expect(registry.verify(token, everyKind, usage)).toEqual({ ok: false, refusal: 'expired', credentialId: 1 });
    expect(registry.verify(formatToken('ac_', { keyId: change.keyId, secret: newTokenParts().secret }), everyKind, usage)).toEqual(uniform);
    registry.apply([change]);
    expect(refusalOf(registry, token)).toBe('none');
  });

  it('follows the account: a hold stops import tokens, a plan without API access stops API keys, partner keys go on', () => {
    const registry = newRegistry();
    const made = everyKind.map((kind, index) => mintChange(peppers, index + 1, kind));
    registry.apply(made.map(({ change }) => change));
    const refusals = (): string[] => made.map(({ token }) => refusalOf(registry, token));
    registry.apply([{ kind: 'account', accountId: 10, held: true, apiAccess: true }]);
    expect(refusals()).toEqual(['none', 'none', 'account_on_hold']);
    registry.apply([{ kind: 'account', accountId: 10, held: false, apiAccess: false }]);
    expect(refusals()).toEqual(['plan', 'none', 'none']);
    registry.apply([{ kind: 'account', accountId: 10, held: false, apiAccess: true }]);
    expect(refusals()).toEqual(['none', 'none', 'none']);
  });

  it('follows the partner: a suspended one stops all its keys, and a partner that is not known has none', () => {
    const registry = newRegistry();
    const key = mintChange(peppers, 1, 'partner_key');
    const strange = mintChange(peppers, 2, 'partner_key', { partnerId: 2 });
    registry.apply([key.change, strange.change]);
    expect([key, strange].map(({ token }) => refusalOf(registry, token))).toEqual(['none', 'partner_suspended']);
    registry.apply([{ kind: 'partner', partnerId: 1, active: false }]);
    expect(refusalOf(registry, key.token)).toBe('partner_suspended');
    registry.apply([{ kind: 'partner', partnerId: 1, active: true }]);
    expect(refusalOf(registry, key.token)).toBe('none');
  });

  it('follows the source: only import tokens of an active one may push', () => {
    const registry = newRegistry();
    const { token, change } = mintChange(peppers, 1, 'import_token');
    registry.apply([change]);
    for (const [state, refusal] of [
      ['inactive', 'source_inactive'],
      ['active', 'none'],
      ['deleted', 'source_inactive'],
    ] as const) {
      registry.apply([{ kind: 'source', sourceId: 10, state }]);
      expect(refusalOf(registry, token)).toBe(refusal);
    }
  });

  it('refuses credentials whose account or source it does not know', () => {
    const registry = createRegistry({ peppers, now: () => 0, monotonicMs: () => 0 });
    const key = mintChange(peppers, 1, 'api_key');
    const push = mintChange(peppers, 2, 'import_token');
    registry.apply([key.change, push.change]);
    expect([refusalOf(registry, key.token), refusalOf(registry, push.token)]).toEqual(['plan', 'account_on_hold']);
    registry.apply([{ kind: 'account', accountId: 10, held: false, apiAccess: true }]);
    expect([refusalOf(registry, key.token), refusalOf(registry, push.token)]).toEqual(['none', 'source_inactive']);
  });

  it('knows credentials of older peppers', () => {
    const both = testPeppers(2);
    const registry = newRegistry({ peppers: both });
    const old = mintChange(testPeppers(1), 1, 'import_token');
    const fresh = mintChange(both, 2, 'import_token');
    registry.apply([old.change, fresh.change]);
    expect([old.change.pepperId, fresh.change.pepperId]).toEqual([1, 2]);
    expect([refusalOf(registry, old.token), refusalOf(registry, fresh.token)]).toEqual(['none', 'none']);
  });
});

describe('apply', () => {
  it('changes nothing when one of its changes cannot be', () => {
    const registry = newRegistry();
    const good = mintChange(peppers, 1, 'import_token');
    for (const broken of [{ pepperId: 9 }, { digest: new Uint8Array(31) }, { keyId: 'short' }]) {
      const bad: RegistryChange = { ...mintChange(peppers, 2, 'import_token').change, ...broken };
      expect(() => registry.apply([good.change, bad])).toThrow();
      expect(refusalOf(registry, good.token)).toBe('not_authorized');
    }
  });

  it('keeps thousands apart while its columns grow', () => {
    const registry = newRegistry();
    const made = Array.from({ length: 3_000 }, (_, index) => mintChange(peppers, index + 1, everyKind[index % 3] ?? 'api_key'));
    for (const { change } of made) registry.apply([change]);
    for (const [index, { token }] of made.entries()) {
      expect(registry.verify(token, everyKind, usage)).toMatchObject({
        ok: true,
        principal: { credentialId: index + 1, kind: everyKind[index % 3] },
      });
    }
  });

  it('brings a deleted credential back as disabled', () => {
    const registry = newRegistry();
    const { token, change } = mintChange(peppers, 1, 'api_key');
    registry.apply([change]);
    registry.apply([{ ...change, state: 'deleted' }]);
    registry.apply([{ ...change, state: 'disabled' }]);
    expect(refusalOf(registry, token)).toBe('disabled');
  });

  it('gives the place of a deleted credential away after ten minutes, and then knows it no more', () => {
    let now = 0;
    const registry = newRegistry({ now: () => now });
    const gone = mintChange(peppers, 1, 'import_token');
    registry.apply([gone.change]);
    const held = registry.verify(gone.token, everyKind, usage);
    registry.apply([{ ...gone.change, state: 'deleted' }]);
    now = 599_999;
    registry.apply([mintChange(peppers, 2, 'import_token').change]);
    expect(refusalOf(registry, gone.token)).toBe('deleted');
    now = 600_000;
    const next = mintChange(peppers, 3, 'import_token');
    registry.apply([next.change]);
    expect(registry.verify(gone.token, everyKind, usage)).toEqual(uniform);
    expect(registry.verify(next.token, everyKind, usage)).toMatchObject({ ok: true, principal: { credentialId: 3 } });
    // A principal of the former owner must not be admitted as the new one.
    expect(held.ok && registry.admit(held.principal)).toBeUndefined();
  });
});

describe('last use', () => {
  it('is noted with the newest use and the newest refusal of each credential', () => {
    let now = 0;
    const registry = newRegistry({ now: () => now });
    const { token, change } = mintChange(peppers, 1, 'import_token');
    registry.apply([change]);
    now = 5;
    registry.verify(token, ['import_token'], { ...usage, userAgent: 'u'.repeat(300) });
    now = 6;
    registry.verify(token, ['api_key'], usage);
    now = 7;
    registry.recordMisuse(token, 'query_string');
    registry.verify(formatToken('at_', { keyId: change.keyId, secret: newTokenParts().secret }), ['import_token'], usage);
    registry.recordMisuse(formatToken('at_', newTokenParts()), 'query_string');
    expect(registry.takeUsage(500)).toEqual([
      {
        credentialId: 1,
        used: { at: 5, address: '192.0.2.1', userAgent: 'u'.repeat(200), endpoint: 'push' },
        denied: { at: 7, reason: 'query_string' },
        clients: [{ address: '192.0.2.1', userAgent: 'u'.repeat(200), uses: 1, at: 5 }],
      },
    ]);
  });
});
