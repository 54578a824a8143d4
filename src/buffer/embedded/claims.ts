import type { BufferedBatch, Claim, Stream } from '../buffer.ts';
import { BufferUnavailableError } from '../errors.ts';
import type { Accounts } from './accounts.ts';
import type { ThreadLink } from './thread-link.ts';

interface Held {
  readonly first: number;
  readonly last: number;
  state: 'held' | 'acknowledged' | 'released';
  /** The acknowledgement under way; a second one joins it. */
  acking: Promise<void> | undefined;
  releaseAfterAck: boolean;
}

export interface Claims {
  claim(stream: Stream, limits: { maxBytes: number; maxBatches?: number }): Promise<Claim | undefined>;
  ack(claim: Claim, position?: number): Promise<void>;
  release(claim: Claim): void;
}

/** Keeps claims exclusive per stream and each of them in one state, on the caller's thread. */
export function createClaims(link: ThreadLink, accounts: Accounts): Claims {
  const claims = new WeakMap<Claim, Held>();

  const getHeld = (claim: Claim): Held => {
    const held = claims.get(claim);
    if (held === undefined) throw new TypeError('This claim is not of this buffer.');
    return held;
  };

  const release = (claim: Claim, held: Held): void => {
    if (held.state !== 'held') return;
    held.state = 'released';
    accounts.letGo(claim.stream);
  };

  const acknowledge = (claim: Claim, held: Held, position: number): Promise<void> =>
    new Promise((resolve, reject) => {
      link.call(
        { kind: 'ack', stream: claim.stream, position },
        {
          settle(outcome) {
            held.acking = undefined;
            if (outcome.kind === 'acknowledged') {
              accounts.acknowledge(claim.stream, outcome, position);
              accounts.letGo(claim.stream);
              held.state = 'acknowledged';
              return resolve();
            }
            if (held.releaseAfterAck) release(claim, held);
            reject(new BufferUnavailableError(outcome.kind === 'failed' ? outcome.reason : 'The buffer could not acknowledge.'));
          },
        },
      );
    });

  return {
    async claim(stream, { maxBytes, maxBatches = Number.MAX_SAFE_INTEGER }) {
      if (!accounts.isPending(stream) || !accounts.hold(stream)) return undefined;
      const batches: BufferedBatch[] = [];
      const acknowledged = accounts.acknowledged(stream);
      return new Promise((resolve, reject) => {
        link.call(
          { kind: 'claim', stream, maxBytes, maxBatches },
          {
            chunk: (more) => void batches.push(...more),
            settle(outcome) {
              const [first, last] = [batches[0], batches.at(-1)];
              if (outcome.kind === 'claimed' && first !== undefined && last !== undefined) {
                const claim: Claim = { stream: { sourceId: stream.sourceId, table: stream.table }, acknowledged, batches };
                const state = 'held' as const;
                claims.set(claim, { first: first.position, last: last.position, state, acking: undefined, releaseAfterAck: false });
                return resolve(claim);
              }
              accounts.letGo(stream);
              if (outcome.kind === 'claimed') return resolve(undefined);
              reject(new BufferUnavailableError(outcome.kind === 'failed' ? outcome.reason : 'The buffer could not read.'));
            },
          },
        );
      });
    },
    async ack(claim, position = Number.MAX_SAFE_INTEGER) {
      const held = getHeld(claim);
      if (held.state === 'acknowledged') return;
      if (held.state === 'released') throw new Error('This claim was released: its batches may be in another one.');
      if (held.acking !== undefined) return held.acking;
      // Nothing of the claim was loaded.
      if (position < held.first) return release(claim, held);
      held.acking = acknowledge(claim, held, Math.min(position, held.last));
      return held.acking;
    },
    release(claim) {
      const held = getHeld(claim);
      if (held.acking !== undefined) held.releaseAfterAck = true;
      else release(claim, held);
    },
  };
}
