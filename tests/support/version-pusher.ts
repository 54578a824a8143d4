/** A client that sends one full-table load after another as a Singer target does: rows of a version, then its activation. */
import { setTimeout as delay } from 'node:timers/promises';
import { send } from './test-app.ts';

/** Beyond what 32 bits hold, as clients take milliseconds. */
const firstVersion = 1_795_253_001_000;
const requestRows = 60;
/** Each version is a load of its own, which takes longer than its requests: more would not be loaded before the test ends. */
const maxAhead = 50;

/** The rows of the visible version: versions differ in size, so that a mixture shows in the counts. */
export function rowsOfVersion(version: number): number {
  return 40 + (((version - firstVersion) * 7919) % 397);
}

/** Elements of the subtable per row. */
export const tagsPerRow = 2;

export interface VersionPusher {
  /** Goes on where it stopped, until `signal` aborts or the server is gone; what got no answer is sent again. Waits for who looks at them. */
  pushUntil(signal: AbortSignal, to: { readonly url: URL; readonly token: string; readonly latestSeen: () => number }): Promise<void>;
  /** Sends the rest of the version under way and its activation; resolves with that version. */
  finish(to: { readonly url: URL; readonly token: string }): Promise<number>;
  /** Versions whose activation got a 2xx. */
  readonly activated: number;
}

export function createVersionPusher(): VersionPusher {
  let version = firstVersion;
  let next = 0;
  let activated = 0;

  /** Every other version is activated in the request of its last rows, the others in one of its own. */
  async function pushOne({ url, token }: { readonly url: URL; readonly token: string }): Promise<boolean> {
    const rows = rowsOfVersion(version);
    const ids = Array.from({ length: Math.min(requestRows, rows - next) }, (_, index) => next + index);
    const activates = version % 2 === 0 ? ids.length === 0 : next + ids.length === rows;
    const messages: object[] = ids.map((id) => ({
      action: 'upsert',
      sequence: version * 1000 + id,
      data: { id, version, [`only_${version % 3}`]: id, tags: Array.from({ length: tagsPerRow }, (_, tag) => `${version}-${tag}`) },
    }));
    if (activates) messages.push({ action: 'activate_version', sequence: version * 1000 + rows });
    const body = { table_name: 'versioned', schema: {}, key_names: ['id'], table_version: version, messages };
    const { status } = await send(url, 'POST', '/v2/import/batch', { token, body });
    if (status === 503) return false;
    if (status !== 201) throw new Error(`The server answered a request of a version with ${status}.`);
    next += ids.length;
    if (!activates) return false;
    activated += 1;
    version += 1;
    next = 0;
    return true;
  }

  return {
    async pushUntil(signal, to) {
      while (!signal.aborted) {
        const isAhead = version - Math.max(firstVersion, to.latestSeen()) > maxAhead;
        try {
          if (!isAhead) await pushOne(to);
        } catch (error) {
          // `fetch` fails so when the server dies; everything else is a finding.
          if (error instanceof TypeError) return;
          throw error;
        }
        await delay(10);
      }
    },
    async finish(to) {
      const last = version;
      while (!(await pushOne(to)));
      return last;
    },
    get activated() {
      return activated;
    },
  };
}
