import { describe, expect, it } from 'vitest';
import { buildBatch } from '../../tests/support/build-batch.ts';
import { activates, planRowTarget } from './row-target.ts';

describe('the target of rows', () => {
  it.each([
    ['without a version, when none is active', undefined, undefined, 'visible'],
    ['without a version, when one is active', 5n, undefined, 'visible'],
    ['of version 0, when one is active', 5n, 0n, 'visible'],
    ['of version 0, when a negative one is active', -5n, 0n, 'visible'],
    ['of the active version', 5n, 5n, 'visible'],
    ['of a newer version', 5n, 6n, 6n],
    ['of any version, when none is active', undefined, 1n, 1n],
    ['of a negative version, when none is active', undefined, -1n, -1n],
    ['of an older version', 5n, 4n, 'superseded'],
    ['of a negative version, when one is active', 5n, -1n, 'superseded'],
    ['of a newer negative version', -5n, -4n, -4n],
    ['of versions beyond 2^53', 2n ** 62n, 2n ** 62n + 1n, 2n ** 62n + 1n],
  ])('%s', (_, active, version, target) => {
    expect(planRowTarget(active, version)).toBe(target);
  });

  it('becomes active only where it waits', () => {
    const batch = buildBatch({ table: 't', keyNames: [], tableVersion: 5n, messages: [{ sequence: 1n, data: undefined }] });
    expect(activates(5n, batch)).toBe(true);
    expect(activates('visible', batch)).toBe(false);
    expect(activates('superseded', batch)).toBe(false);
    expect(activates(5n, buildBatch({ table: 't', keyNames: [], messages: [{ sequence: 1n, data: {} }] }))).toBe(false);
  });
});
