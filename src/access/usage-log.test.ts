import { describe, expect, it } from 'vitest';
import { usage } from '../../tests/support/registry-changes.ts';
import { formatToken, newTokenParts } from './format.ts';
import { createUsageLog } from './usage-log.ts';

describe('the usage log', () => {
  it('gives out at most the rows asked for, the longest waiting first', () => {
    const log = createUsageLog({ now: () => 0 });
    for (let id = 1; id <= 1_200; id += 1) log.used(id, usage);
    const turns = [log.take(500), log.take(500), log.take(500), log.take(500)];
    expect(turns.map((rows) => rows.length)).toEqual([500, 500, 200, 0]);
    expect(turns[1]?.[0]?.credentialId).toBe(501);
  });

  it('gives out one row per credential in ten seconds, with the newest use', () => {
    let now = 0;
    const log = createUsageLog({ now: () => now });
    log.used(1, usage);
    expect(log.take(500)).toHaveLength(1);
    now = 4_000;
    log.used(1, usage);
    now = 9_999;
    log.used(1, { ...usage, endpoint: 'batch' });
    expect(log.take(500)).toEqual([]);
    now = 10_000;
    expect(log.take(500)).toMatchObject([{ credentialId: 1, used: { at: 9_999, endpoint: 'batch' }, denied: undefined }]);
    now = 10_001;
    log.denied(1, 'disabled');
    log.used(2, usage);
    expect(log.take(500)).toMatchObject([{ credentialId: 2 }]);
    expect(log.take(500, { all: true })).toMatchObject([{ credentialId: 1, used: undefined, denied: { at: 10_001, reason: 'disabled' } }]);
  });

  it('keeps no secret that a client wrote into its user agent', () => {
    const log = createUsageLog({ now: () => 0 });
    const { keyId, secret } = newTokenParts();
    log.used(1, { ...usage, userAgent: `client/1 (${formatToken('ac_', { keyId, secret })})` });
    expect(log.take(1)[0]?.used?.userAgent).toBe(`client/1 (ac_${keyId}…)`);
  });

  it('does not hold rows back for ever when the clock is set back', () => {
    let now = 1_000_000;
    const log = createUsageLog({ now: () => now });
    log.used(1, usage);
    log.take(500);
    now = 5;
    log.used(1, usage);
    expect(log.take(500)).toHaveLength(1);
  });

  it('is bounded: what is beyond 20,000 waiting credentials is noted at a later use', () => {
    const log = createUsageLog({ now: () => 0 });
    for (let id = 1; id <= 30_000; id += 1) log.used(id, usage);
    expect(log.take(100_000)).toHaveLength(20_000);
    log.used(30_000, usage);
    expect(log.take(100_000)).toMatchObject([{ credentialId: 30_000 }]);
  });
});
