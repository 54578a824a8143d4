import { listPartnerDestinations } from '../../store/queries/destination.ts';
import type { DomainContext } from '../context.ts';
import { findHolding } from './hold.ts';
import { settleHolds } from './settle-holds.ts';

/** Keeps what loads in step with which destinations are held, also when a key expires while nobody does anything. */
export interface Holds {
  /** Settles what happened while nothing ran, and waits for keys that will expire. */
  start(ctx: DomainContext): Promise<void>;
  /** The routes of these destinations were read again. */
  changed(destinationIds: readonly number[]): void;
  stop(): void;
}

/** The longest a timer can wait. */
const maxWaitMs = 2 ** 31 - 1;

export function createHolds(options: {
  /** As `RouteTable` has it. */
  heldFrom: (destinationId: number) => number;
  now: () => number;
  /** Nothing may be committed into it any more. */
  onHeld: (destinationId: number) => void;
  onReleased: (destinationId: number) => void;
  log: { error(fields: object, message: string): void };
}): Holds {
  const { heldFrom, now, onHeld, onReleased, log } = options;
  const held = new Set<number>();
  const timers = new Map<number, NodeJS.Timeout>();
  let ctx: DomainContext | undefined;

  function changed(destinationIds: readonly number[]): void {
    for (const id of destinationIds) {
      const from = heldFrom(id);
      if (from <= now()) {
        held.add(id);
        onHeld(id);
      } else if (held.delete(id)) onReleased(id);
      waitFor(id, from);
    }
  }

  function waitFor(id: number, from: number): void {
    clearTimeout(timers.get(id));
    timers.delete(id);
    if (ctx === undefined || from === Infinity || from <= now()) return;
    // Nothing commits from then on anyway; this tells the account.
    timers.set(id, setTimeout(() => void (from <= now() ? settle(id) : waitFor(id, from)), Math.min(from - now(), maxWaitMs)).unref());
  }

  async function settle(destinationId: number): Promise<void> {
    try {
      const by = ctx;
      await by?.changes.commit(`destination:${destinationId}`, (tx, effects) => settleHolds(by, tx, effects, { destinationId }));
    } catch (error) {
      log.error({ err: error, destinationId }, 'that a destination is held could not be recorded');
    }
  }

  return {
    changed,
    async start(by) {
      ctx = by;
      for (const row of await listPartnerDestinations(by.store.read, {})) {
        const holding = await findHolding(by.store.read, row);
        if (holding !== undefined && holding.from > now()) waitFor(row.id, holding.from);
        else await settle(row.id);
      }
    },
    stop() {
      ctx = undefined;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
