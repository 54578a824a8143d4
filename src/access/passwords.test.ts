import { hash } from '@node-rs/argon2';
import { describe, expect, it } from 'vitest';
import { createPasswords } from './passwords.ts';

describe('passwords', () => {
  it('are kept as argon2id and recognised', async () => {
    const passwords = createPasswords();
    const stored = await passwords.hash('vivid harbor lantern');
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await passwords.verify(stored, 'vivid harbor lantern')).toEqual({ ok: true, rehash: undefined });
    expect(await passwords.verify(stored, 'vivid harbor lanterN')).toEqual({ ok: false, rehash: undefined });
  });

  it('are hashed again when they were hashed more weakly', async () => {
    const passwords = createPasswords();
    const weak = await hash('vivid harbor lantern', { memoryCost: 8192, timeCost: 1, parallelism: 1 });
    const { ok, rehash } = await passwords.verify(weak, 'vivid harbor lantern');
    expect(ok).toBe(true);
    expect(rehash).toMatch(/m=19456,t=2/);
    expect((await passwords.verify(weak, 'wrong')).rehash).toBeUndefined();
  });

  it('belong to nobody without a hash, even the one of the stand-in', async () => {
    const passwords = createPasswords();
    expect((await passwords.verify(undefined, 'nobody has this password')).ok).toBe(false);
    expect((await passwords.verify(null, '')).ok).toBe(false);
  });

  it('are refused when too many wait, and answered again afterwards', async () => {
    const passwords = createPasswords({ maxWaiting: 2 });
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => passwords.hash('x')));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected']);
    await passwords.hash('x');
  });
});
