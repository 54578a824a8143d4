import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mintChange, testPeppers, usage } from '../../tests/support/registry-changes.ts';
import { NotDrainedError } from './generations.ts';
import type { Admission, Principal } from './principal.ts';
import { createRegistry } from './registry.ts';
import type { Registry, RegistryChange } from './registry.ts';

const peppers = testPeppers();

interface Running {
  readonly registry: Registry;
  readonly principal: Principal;
  readonly set: (state: 'enabled' | 'disabled' | 'deleted') => void;
  readonly admit: () => Admission;
}

function start(options: { drainMs?: number } = {}): Running {
  const registry = createRegistry({ peppers, now: () => 0, monotonicMs: () => 100, ...options });
  const { token, change } = mintChange(peppers, 1, 'import_token');
  const owners: RegistryChange[] = [
    { kind: 'account', accountId: 10, held: false, apiAccess: true },
    { kind: 'source', sourceId: 10, state: 'active' },
  ];
  registry.apply([...owners, change]);
  const verdict = registry.verify(token, ['import_token'], usage);
  if (!verdict.ok) throw new Error(verdict.refusal);
  return {
    registry,
    principal: verdict.principal,
    set: (state) => registry.apply([{ ...change, state }]),
    admit() {
      const admission = registry.admit(verdict.principal);
      if (admission === undefined) throw new Error('refused');
      return admission;
    },
  };
}

/** Whether a promise has resolved once everything queued so far has run. */
async function hasResolved(promise: Promise<void>): Promise<boolean> {
  let resolved = false;
  void promise.then(() => (resolved = true));
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  return resolved;
}

describe('an admission', () => {
  it('may begin its effect within five seconds', () => {
    expect(start().admit().deadline).toBe(5_100);
  });

  it('is not given to what was revoked after it was verified', () => {
    const { registry, principal, set } = start();
    const revocations: RegistryChange[][] = [
      [{ kind: 'source', sourceId: 10, state: 'inactive' }],
      [{ kind: 'source', sourceId: 10, state: 'deleted' }],
      [{ kind: 'account', accountId: 10, held: true, apiAccess: true }],
    ];
    for (const revocation of revocations) {
      expect(registry.admit(principal)).toBeDefined();
      registry.apply(revocation);
      expect(registry.admit(principal)).toBeUndefined();
      registry.apply([
        { kind: 'source', sourceId: 10, state: 'active' },
        { kind: 'account', accountId: 10, held: false, apiAccess: true },
      ]);
    }
    set('disabled');
    expect(registry.admit(principal)).toBeUndefined();
    set('deleted');
    expect(registry.admit(principal)).toBeUndefined();
  });

  it('given before a revocation is waited for; one given after it is not', async () => {
    const { registry, admit, set } = start();
    const before = admit();
    set('disabled');
    set('enabled');
    const after = admit();
    const drained = registry.drained();
    expect(await hasResolved(drained)).toBe(false);
    before.done();
    expect(await hasResolved(drained)).toBe(true);
    after.done();
  });

  it('ends once: a second done does not end another one', async () => {
    const { registry, admit, set } = start();
    const [one, two] = [admit(), admit()];
    set('disabled');
    one.done();
    one.done();
    const drained = registry.drained();
    expect(await hasResolved(drained)).toBe(false);
    two.done();
    await drained;
  });
});

describe('drained', () => {
  it('resolves at once when nothing is under way', async () => {
    const { registry, set } = start();
    set('disabled');
    await registry.drained();
  });

  it('gives up after its time, and can be repeated until the last effect has ended', async () => {
    const { registry, admit, set } = start({ drainMs: 20 });
    const admission = admit();
    set('deleted');
    await expect(registry.drained()).rejects.toMatchObject({ name: 'NotDrainedError', open: 1 });
    await expect(registry.drained()).rejects.toBeInstanceOf(NotDrainedError);
    const third = registry.drained();
    admission.done();
    await third;
    await registry.drained();
  });

  it('under any interleaving resolves exactly when every admission before its last change has ended', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constant({ do: 'admit' as const }) },
      { weight: 4, arbitrary: fc.record({ do: fc.constant('done' as const), which: fc.nat(20) }) },
      {
        weight: 2,
        arbitrary: fc.record({
          do: fc.constant('apply' as const),
          state: fc.constantFrom('enabled' as const, 'enabled' as const, 'enabled' as const, 'disabled' as const),
        }),
      },
      { weight: 2, arbitrary: fc.constant({ do: 'drain' as const }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
        const { registry, principal, set } = start();
        let state = 'enabled';
        let generation = 0;
        const open: { admission: Admission; generation: number }[] = [];
        const waiting: { promise: Promise<void>; generation: number }[] = [];
        for (const now of steps) {
          if (now.do === 'apply') {
            set((state = now.state));
            generation += 1;
          } else if (now.do === 'admit') {
            const admission = registry.admit(principal);
            expect(admission !== undefined).toBe(state === 'enabled');
            if (admission !== undefined) open.push({ admission, generation });
          } else if (now.do === 'done') {
            open.splice(now.which % Math.max(open.length, 1), 1)[0]?.admission.done();
          } else waiting.push({ promise: registry.drained(), generation });
          for (const wait of waiting) expect(await hasResolved(wait.promise)).toBe(open.every((one) => one.generation >= wait.generation));
        }
        for (const { admission } of open) admission.done();
        await Promise.all(waiting.map(({ promise }) => promise));
      }),
      { seed: 20_262, numRuns: 500 },
    );
  });
});
