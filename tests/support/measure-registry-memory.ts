/** Prints the resident memory that a registry of one million credentials takes, as JSON. Run with --expose-gc. */
import { randomFillSync } from 'node:crypto';
import { createRegistry } from '../../src/access/registry.ts';
import type { RegistryChange } from '../../src/access/registry.ts';
import { mintChange, testPeppers, usage } from './registry-changes.ts';

const credentials = 1_000_000;
const pageRows = 1_000;
const peppers = testPeppers();
const registry = createRegistry({ peppers, now: Date.now, monotonicMs: () => performance.now() });

/** Nine import tokens for each API key; two tokens a source, five sources an account. */
function credential(id: number): RegistryChange {
  const isKey = id % 10 === 0;
  const accountId = 100_000 + Math.ceil(id / 10);
  return {
    kind: 'credential',
    id,
    keyId: id.toString(36).padStart(12, '0'),
    credentialKind: isKey ? 'api_key' : 'import_token',
    accountId,
    sourceId: isKey ? undefined : 1_000 + Math.ceil(id / 2),
    memberId: isKey ? accountId : undefined,
    partnerId: undefined,
    digest: randomFillSync(new Uint8Array(32)),
    pepperId: 1,
    state: 'enabled',
    disabledByPlan: false,
  };
}

function owners(id: number): RegistryChange[] {
  const account: RegistryChange = { kind: 'account', accountId: 100_000 + Math.ceil(id / 10), held: false, apiAccess: true };
  return [...(id % 10 === 1 ? [account] : []), { kind: 'source', sourceId: 1_000 + Math.ceil(id / 2), state: 'active' }];
}

function residentBytes(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage.rss();
}

const before = residentBytes();
for (let first = 1; first <= credentials; first += pageRows) {
  const ids = Array.from({ length: pageRows }, (_, index) => first + index);
  registry.apply(ids.flatMap((id) => [...owners(id), credential(id)]));
}
const bytes = residentBytes() - before;

const sample = mintChange(peppers, credentials + 1, 'import_token', { accountId: 100_001, sourceId: 1_001 });
registry.apply([sample.change]);
process.stdout.write(JSON.stringify({ bytes, verified: registry.verify(sample.token, ['import_token'], usage).ok }));
