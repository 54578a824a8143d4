/** Puts committed changes in force in commit order, and answers only when nothing older is still under way (access.md, revocation). */
import type { Transaction } from 'kysely';
import { AppError } from '../../contract/errors.ts';
import type { Registry, RegistryChange } from '../access/registry.ts';
import type { RevocationLine, RevokedLog } from '../access/revoked-log.ts';
import type { Store } from '../store/database.ts';
import type { Tables } from '../store/tables.ts';

/** What a transaction changes besides rows; collected inside it, in force once it has committed. */
export interface Effects {
  readonly registry: RegistryChange[];
  /** Destinations whose row changed, or that are held or released. */
  readonly destinations: number[];
  /** Of these, what a partner created and is its no more: loads under way still go where the partner said, and must not commit. */
  readonly cutOff: number[];
  /** For the log outside the store: credentials that died, or came back as disabled. */
  readonly lines: RevocationLine[];
  /** Rights were taken away: answer only when every effect admitted before has ended. */
  revokes: boolean;
}

export interface Changes {
  /**
   * Runs a transaction, puts its effects in force before any later change commits, and confirms revocations.
   * Throws `not_confirmed` when the change is committed but unproven; repeating the verb waits again.
   */
  commit<T>(subject: string, work: (tx: Transaction<Tables>, effects: Effects) => Promise<T>): Promise<T>;
  /** The subject's last revocation is committed and its caller was not told so. */
  isUnconfirmed(subject: string): boolean;
}

export interface ChangesOptions {
  readonly store: Store;
  readonly registry: Registry;
  readonly revokedLog: RevokedLog;
  readonly now: () => number;
  /** Told of committed changes of sources before their caller is answered; never rejects. */
  readonly onSourcesChanged?: (sourceIds: readonly number[]) => Promise<void>;
  /** The same for destinations, told after the sources; nothing under way into those that are cut off may commit. */
  readonly onDestinationsChanged?: (destinationIds: readonly number[], cutOff: readonly number[]) => Promise<void>;
  /** Resolves when no load into destinations that are held or cut off can commit any more; asked when rights were taken away. */
  readonly whenHeld?: (destinationIds: readonly number[]) => Promise<void>;
}

/** Creates the one line all control changes go through; one per process. */
export function createChanges(options: ChangesOptions): Changes {
  const { store, registry, revokedLog, now, onSourcesChanged, onDestinationsChanged, whenHeld } = options;
  /** The lines each unconfirmed subject still owes to the log. */
  const unconfirmed = new Map<string, RevocationLine[]>();
  let previous: Promise<unknown> = Promise.resolve();

  function inOrder<T>(work: () => Promise<T>): Promise<T> {
    const turn = previous.then(work);
    previous = turn.catch(() => undefined);
    return turn;
  }

  async function writeLines(lines: RevocationLine[]): Promise<undefined> {
    await Promise.all(lines.map((line) => revokedLog.append(line, now())));
    lines.length = 0;
    return undefined;
  }

  return {
    isUnconfirmed: (subject) => unconfirmed.has(subject),

    async commit<T>(subject: string, work: (tx: Transaction<Tables>, effects: Effects) => Promise<T>): Promise<T> {
      const { committed, owed, logged, destinations } = await inOrder(async () => {
        let effects = noEffects();
        const result = await store.transaction((tx) => work(tx, (effects = noEffects())));
        // Nothing may commit between a commit and its apply: an earlier enable could otherwise overtake a delete.
        registry.apply(effects.registry);
        const sourceIds = effects.registry.flatMap((one) => (one.kind === 'source' ? [one.sourceId] : []));
        if (sourceIds.length > 0) await onSourcesChanged?.(sourceIds);
        if (effects.destinations.length > 0) await onDestinationsChanged?.(effects.destinations, effects.cutOff);
        if (!effects.revokes && effects.lines.length === 0)
          return { committed: result, owed: undefined, logged: undefined, destinations: [] };
        const lines = [...(unconfirmed.get(subject) ?? []), ...effects.lines];
        unconfirmed.set(subject, lines);
        // After the commit, so that a failed commit kills nothing; before the answer, so that a restored backup revives nothing.
        const logged = await writeLines(lines).catch(asError);
        return { committed: result, owed: lines, logged, destinations: effects.revokes ? effects.destinations : [] };
      });
      if (owed === undefined) return committed;
      const drained = await registry.drained().catch(asError);
      const held = destinations.length === 0 ? undefined : await whenHeld?.(destinations).catch(asError);
      const failure = logged ?? drained ?? held;
      if (failure !== undefined) {
        throw new AppError('not_confirmed', 'The change is committed, but not yet confirmed. Repeat the call.', {}, { cause: failure });
      }
      if (unconfirmed.get(subject) === owed) unconfirmed.delete(subject);
      return committed;
    },
  };
}

function noEffects(): Effects {
  return { registry: [], destinations: [], cutOff: [], lines: [], revokes: false };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
