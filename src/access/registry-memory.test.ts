import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

describe('the registry', () => {
  it('holds one million credentials, their sources and accounts in 300 MB', { timeout: 120_000 }, () => {
    const script = fileURLToPath(new URL('../../tests/support/measure-registry-memory.ts', import.meta.url));
    const { bytes, verified } = JSON.parse(execFileSync(process.execPath, ['--expose-gc', script], { encoding: 'utf8' })) as {
      bytes: number;
      verified: boolean;
    };
    expect(verified).toBe(true);
    expect(bytes / 1e6).toBeLessThan(300);
    expect(bytes / 1e6).toBeGreaterThan(50);
  });
});
