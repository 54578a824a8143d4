import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { createMint } from '../src/access/mint.ts';
import { createPeppers } from '../src/access/peppers.ts';
import { createRegistry } from '../src/access/registry.ts';

export interface VerifyMeasure {
  readonly p50_us: number;
  readonly p99_us: number;
  readonly per_s: number;
  /** Bare HMACs of the same message with the same key, in the same run. */
  readonly floor_per_s: number;
}

const credentials = 10_000;
const rounds = 200_000;
const usage = { address: '127.0.0.1', userAgent: 'bench', endpoint: 'push' };

/** Time of one verification against a registry of 10,000 import tokens, tokens taken in a scattered order. */
export async function measureVerify(): Promise<VerifyMeasure> {
  const key = createSecretKey(randomBytes(32));
  const peppers = createPeppers({ derive: () => key, currentId: 1 });
  const registry = createRegistry({ peppers, now: Date.now, monotonicMs: () => performance.now() });
  const mint = createMint({ peppers });
  const tokens = Array.from({ length: credentials }, (_, index) => {
    const { token, keyId, digest, pepperId } = mint.mint('import_token');
    const id = index + 1;
    registry.apply([
      { kind: 'account', accountId: id, held: false, apiAccess: true },
      { kind: 'source', sourceId: id, state: 'active' },
      {
        kind: 'credential',
        id,
        keyId,
        credentialKind: 'import_token',
        accountId: id,
        sourceId: id,
        memberId: undefined,
        partnerId: undefined,
        digest,
        pepperId,
        state: 'enabled',
        disabledByPlan: false,
      },
    ]);
    return token;
  });
  const verify = (round: number): boolean => registry.verify(tokens[(round * 7919) % credentials], ['import_token'], usage).ok;
  const floor = (round: number): boolean => {
    const token = tokens[(round * 7919) % credentials] ?? '';
    return (
      createHmac('sha256', key)
        .update(`v1|import_token|${token.slice(3, 15)}|${token.slice(15, 47)}`)
        .digest().length === 32
    );
  };
  const each = timeEach(verify);
  return { p50_us: quantile(each, 0.5), p99_us: quantile(each, 0.99), per_s: rate(verify), floor_per_s: rate(floor) };
}

function timeEach(step: (round: number) => boolean): Float64Array {
  const times = new Float64Array(rounds);
  warm(step);
  for (let round = 0; round < rounds; round += 1) {
    const begin = performance.now();
    step(round);
    times[round] = (performance.now() - begin) * 1000;
  }
  return times.sort();
}

function rate(step: (round: number) => boolean): number {
  warm(step);
  const begin = performance.now();
  for (let round = 0; round < rounds; round += 1) step(round);
  return Math.round(rounds / ((performance.now() - begin) / 1000));
}

function warm(step: (round: number) => boolean): void {
  for (let round = 0; round < rounds / 10; round += 1) if (!step(round)) throw new Error('The step under measurement does not succeed.');
}

function quantile(sorted: Float64Array, share: number): number {
  return Number((sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(2));
}
