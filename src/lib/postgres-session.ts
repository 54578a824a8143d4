import { Client } from 'pg';
import type { ClientConfig } from 'pg';
import { ignoreSessionErrors, isSessionLost } from './postgres.ts';

/** No session could be opened: nothing was asked of the server. */
export class SessionUnavailableError extends Error {
  override readonly name = 'SessionUnavailableError';
}

/** One session with one piece of work at a time. A lost session is opened again for the next piece. */
export interface Session {
  /** Waits for its turn, then has the session alone. Rejects with what `work` rejects with, or `SessionUnavailableError`. */
  run<T>(work: (client: Client) => Promise<T>): Promise<T>;
  /** Waits for the work under way. */
  end(): Promise<void>;
}

/** Opens the session at the first piece of work. */
export function createSession(options: ClientConfig): Session {
  let client: Client | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function connect(): Promise<Client> {
    const opening = new Client(options);
    ignoreSessionErrors(opening);
    opening.on('end', () => {
      if (client === opening) client = undefined;
    });
    try {
      await opening.connect();
    } catch (error) {
      await opening.end().catch(() => undefined);
      throw new SessionUnavailableError(error instanceof Error ? error.message : String(error));
    }
    return (client = opening);
  }

  async function perform<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const session = client ?? (await connect());
    try {
      return await work(session);
    } catch (error) {
      if (isSessionLost(error)) {
        if (client === session) client = undefined;
        void session.end().catch(() => undefined);
      }
      throw error;
    }
  }

  return {
    run(work) {
      const turn = last.then(() => perform(work));
      last = turn.catch(() => undefined);
      return turn;
    },
    async end() {
      await last;
      await client?.end().catch(() => undefined);
    },
  };
}

/** Runs `work` in a transaction; when it throws, nothing of it is stored unless the session was lost in the commit itself. */
export async function inTransaction<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    if (!isSessionLost(error)) await client.query('rollback').catch(() => undefined);
    throw error;
  }
}
