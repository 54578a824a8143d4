import { Client } from 'pg';
import type { ClientConfig } from 'pg';
import { ignoreSessionErrors } from '../lib/postgres.ts';

export interface SessionPool {
  /** A session nobody else has until it is given back; waits for one, however long. Rejects when none can be opened. */
  take(): Promise<Client>;
  /** `lost`: it is of no more use. */
  giveBack(session: Client, lost: boolean): void;
  /** Closes the sessions nobody has; nothing may be taken any more. */
  end(): Promise<void>;
}

/** Up to `max` sessions, opened when needed and kept; one that ends is forgotten, so that a restarted server is found again. */
export function createSessionPool(options: ClientConfig, max: number): SessionPool {
  const idle: Client[] = [];
  const waiting: (() => void)[] = [];
  const ended = new WeakSet<Client>();
  let open = 0;

  const forget = (session: Client): void => {
    const at = idle.indexOf(session);
    if (at === -1) return;
    idle.splice(at, 1);
    open -= 1;
  };

  async function connect(): Promise<Client> {
    open += 1;
    const session = new Client(options);
    ignoreSessionErrors(session);
    session.on('end', () => {
      ended.add(session);
      forget(session);
    });
    try {
      await session.connect();
      return session;
    } catch (error) {
      open -= 1;
      waiting.shift()?.();
      throw error;
    }
  }

  return {
    async take() {
      for (;;) {
        const session = idle.pop();
        if (session !== undefined) return session;
        if (open < max) return connect();
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    giveBack(session, lost) {
      if (lost || ended.has(session)) {
        open -= 1;
        void session.end().catch(() => undefined);
      } else idle.push(session);
      waiting.shift()?.();
    },
    async end() {
      await Promise.all(idle.splice(0).map((session) => session.end().catch(() => undefined)));
    },
  };
}
