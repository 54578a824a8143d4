/** Passwords of people: argon2id (ADR 9), with the minimum parameters of OWASP's Password Storage Cheat Sheet. */
import { hash, parseOptions, verify, type Options } from '@node-rs/argon2';
import { TooManyError } from './too-many.ts';

export interface Passwords {
  /** A PHC string. Throws `TooManyError` when too many wait already. */
  hash(password: string): Promise<string>;
  /**
   * Whether a password belongs to a hash; without a hash it costs the same and says no. `rehash` is a hash under today's parameters
   * when the given one is older. Throws `TooManyError`.
   */
  verify(stored: string | null | undefined, password: string): Promise<{ readonly ok: boolean; readonly rehash: string | undefined }>;
}

const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const satisfies Options;
/** Each takes 19 MiB and a thread of the pool that files use too. */
const hashesAtOnce = 2;

/** Hashes for the whole process, a few at a time. */
export function createPasswords({ maxWaiting = 64 }: { maxWaiting?: number } = {}): Passwords {
  const waiting: (() => void)[] = [];
  let running = 0;
  let dummy: Promise<string> | undefined;

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= hashesAtOnce) {
      if (waiting.length >= maxWaiting) throw new TooManyError(2);
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // Whoever is next takes over this place.
      if (next === undefined) running -= 1;
      else next();
    }
  }

  return {
    hash: (password) => inTurn(() => hash(password, parameters)),
    verify: (stored, password) =>
      inTurn(async () => {
        const known = stored ?? undefined;
        const matches = await verify(known ?? (await (dummy ??= hash('nobody has this password', parameters))), password);
        if (known === undefined || !matches) return { ok: false, rehash: undefined };
        return { ok: true, rehash: isOutdated(known) ? await hash(password, parameters) : undefined };
      }),
  };
}

function isOutdated(stored: string): boolean {
  const { memoryCost, timeCost, outputLen } = parseOptions(stored);
  return memoryCost < parameters.memoryCost || timeCost < parameters.timeCost || outputLen < parameters.outputLen;
}
