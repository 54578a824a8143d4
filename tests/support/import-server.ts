/** The public listener with the Import API and webhooks over a real registry, intake and buffer, without store and loader. */
import { generateKeySync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMint } from '../../src/access/mint.ts';
import { createPeppers } from '../../src/access/peppers.ts';
import type { CredentialKind } from '../../src/access/principal.ts';
import { createRegistry, type Registry, type RegistryChange } from '../../src/access/registry.ts';
import type { Buffer as DurableBuffer } from '../../src/buffer/buffer.ts';
import { createEmbeddedBuffer } from '../../src/buffer/embedded/embedded-buffer.ts';
import { createByteBudget, type ByteBudget } from '../../src/http/byte-budget.ts';
import { importApi } from '../../src/http/import-api/plugin.ts';
import type { LingerLimits } from '../../src/http/linger.ts';
import { createHttpServer, type HttpTimeouts } from '../../src/http/server.ts';
import type { Surface } from '../../src/http/surface.ts';
import type { UploadPace } from '../../src/http/upload-watch.ts';
import { webhooks } from '../../src/http/webhooks/plugin.ts';
import { createIntake } from '../../src/intake/create-intake.ts';

export interface ImportServerOptions {
  readonly host?: string;
  readonly publicUrl?: URL;
  readonly trustedProxies?: readonly string[];
  readonly maxBodyBytes?: number;
  readonly budget?: { readonly totalBytes: number; readonly waitMs: number };
  readonly pace?: UploadPace;
  readonly timeouts?: Partial<HttpTimeouts>;
  readonly linger?: LingerLimits;
  readonly bufferMaxBytes?: number;
  /** How long an admission allows its append to begin. */
  readonly admissionMs?: number;
  readonly surfaces?: readonly Surface[];
  /** Primary key of a webhook source; none by default. */
  readonly findWebhookKey?: (sourceId: number) => Promise<string | undefined>;
}

interface LoggedLine {
  readonly fields: object;
  readonly message: string;
}

export interface ImportServer {
  readonly url: URL;
  readonly budget: ByteBudget;
  readonly registry: Registry;
  readonly buffer: DurableBuffer;
  /** Ends intake early; `stop` does it otherwise. */
  closeIntake(): Promise<void>;
  readonly accountId: number;
  readonly sourceId: number;
  /** Import token of the source. */
  readonly token: string;
  readonly log: LoggedLine[];
  /** `[surface, status]` of every answer counted. */
  readonly requests: (readonly [string, number])[];
  /** `[records, bytes]` of every stored request counted. */
  readonly accepted: (readonly [number, number])[];
  /** Set to make the server unhealthy. */
  unhealthy: readonly string[] | undefined;
  /** A further credential, by default of the same account and source. */
  issue(
    kind: CredentialKind,
    owner?: { accountId?: number; sourceId?: number },
  ): { token: string; revoke: () => void; disable: () => void };
  /** Batches in the buffer. */
  storedBatches(): number;
  stop(): Promise<void>;
}

const accountId = 100_001;
const sourceId = 1002;

export async function startImportServer(options: ImportServerOptions = {}): Promise<ImportServer> {
  const directory = mkdtempSync(join(tmpdir(), 'thimble-import-'));
  const peppers = createPeppers({ derive: () => generateKeySync('hmac', { length: 256 }), currentId: 1 });
  const mint = createMint({ peppers });
  const registry = createRegistry({
    peppers,
    now: Date.now,
    monotonicMs: () => performance.now(),
    admissionMs: options.admissionMs ?? 5000,
  });
  registry.apply([
    { kind: 'account', accountId, held: false, apiAccess: true },
    { kind: 'source', sourceId, state: 'active' },
  ]);
  const buffer = await createEmbeddedBuffer({ directory, maxBytes: options.bufferMaxBytes ?? 2 ** 30 });
  const intake = createIntake({ buffer, threads: 1 });
  let intakeClosed: Promise<void> | undefined;
  const closeIntake = (): Promise<void> => (intakeClosed ??= intake.close());
  const budget = createByteBudget({
    maxBodyBytes: options.maxBodyBytes ?? 20_000_000,
    ...(options.budget ?? { totalBytes: 96 * 2 ** 20, waitMs: 5000 }),
  });
  const log: LoggedLine[] = [];
  const note = (fields: object, message: string): number => log.push({ fields, message });
  const requests: (readonly [string, number])[] = [];
  const accepted: (readonly [number, number])[] = [];
  let credentials = 0;

  const issue: ImportServer['issue'] = (kind, owner = {}) => {
    const minted = mint.mint(kind);
    const row = {
      kind: 'credential',
      id: ++credentials,
      keyId: minted.keyId,
      credentialKind: kind,
      accountId: owner.accountId ?? accountId,
      sourceId: kind === 'import_token' || kind === 'webhook_url' ? (owner.sourceId ?? sourceId) : undefined,
      memberId: undefined,
      partnerId: undefined,
      digest: minted.digest,
      pepperId: minted.pepperId,
      state: 'enabled',
      disabledByPlan: false,
    } satisfies RegistryChange;
    registry.apply([row]);
    return {
      token: minted.token,
      revoke: () => registry.apply([{ ...row, state: 'deleted' }]),
      disable: () => registry.apply([{ ...row, state: 'disabled' }]),
    };
  };

  const health: { reasons: readonly string[] | undefined } = { reasons: undefined };
  const rows = {
    verifier: registry,
    intake,
    budget,
    maxBodyBytes: options.maxBodyBytes ?? 20_000_000,
    log: { error: note, warn: note },
    countAccepted: (records: number, bytes: number) => void accepted.push([records, bytes]),
    ...(options.pace === undefined ? {} : { pace: options.pace }),
  };
  const server = await createHttpServer({
    surfaces: [
      importApi({ ...rows, health: () => health.reasons, version: '0.1.0', revision: 'test' }),
      webhooks({ ...rows, keys: { find: options.findWebhookKey ?? (() => Promise.resolve(undefined)) } }),
      ...(options.surfaces ?? []),
    ],
    publicUrl: options.publicUrl,
    trustedProxies: options.trustedProxies ?? [],
    health: () => health.reasons,
    log: { error: note, warn: note },
    countRequest: (surface, status, seconds) => void (seconds >= 0 && requests.push([surface, status])),
    ...(options.timeouts === undefined ? {} : { timeouts: options.timeouts }),
    ...(options.linger === undefined ? {} : { linger: options.linger }),
  });
  const url = await server.listen(options.host ?? '127.0.0.1', 0);

  return {
    url,
    budget,
    registry,
    buffer,
    closeIntake,
    accountId,
    sourceId,
    token: issue('import_token').token,
    log,
    requests,
    accepted,
    get unhealthy() {
      return health.reasons;
    },
    set unhealthy(reasons) {
      health.reasons = reasons;
    },
    issue,
    storedBatches: () => buffer.backlog().reduce((sum, stream) => sum + stream.batches, 0),
    async stop() {
      await server.close();
      await closeIntake();
      await buffer.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
