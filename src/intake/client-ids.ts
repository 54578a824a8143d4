import { utf8Text } from '../batch/utf8-text.ts';
import type { Refusal } from './decoded.ts';
import type { TapeSource } from './json/read-value.ts';
import { readString } from './json/read-value.ts';
import { Kind } from './json/tape.ts';
import { bytesAt } from './members.ts';
import { clientIdMissing, foreignClientId, unprocessable } from './push-answers.ts';

/** The `client_id` of each record (import-api.md §2, §4.1): present, the same everywhere, the token's account. */
export interface ClientIds {
  /** Takes the next record's; `at` is the tape index of the value, -1 when absent. */
  see(source: TapeSource, at: number): void;
  /** Missing before several before foreign. */
  refusal(): Refusal | undefined;
}

/** `accountId` is the account of the token. */
export function createClientIds(accountId: number): ClientIds {
  const own = String(accountId);
  const ownBytes = Buffer.from(own);
  let missing = false;
  let ownSeen = false;
  let foreign: string | undefined;
  let several = false;
  return {
    see(source, at) {
      if (at >= 0 && isNumber(source, at, ownBytes)) {
        ownSeen = true;
        return;
      }
      const id = readClientId(source, at);
      if (id === undefined) missing = true;
      else if (id === own) ownSeen = true;
      else {
        several ||= foreign !== undefined && foreign !== id;
        foreign = id;
      }
    },
    refusal() {
      if (missing) return clientIdMissing;
      if (several || (ownSeen && foreign !== undefined)) {
        return unprocessable(`The batch contains data points for multiple clients. Only client_id ${accountId} is allowed`);
      }
      return foreign === undefined ? undefined : foreignClientId;
    },
  };
}

function isNumber({ bytes, tape }: TapeSource, at: number, digits: Uint8Array): boolean {
  const start = tape.starts[at] as number;
  return tape.kinds[at] === Kind.integer && (tape.ends[at] as number) - start === digits.length && bytesAt(bytes, start, digits);
}

/** The id without leading zeros; undefined when absent or null. A string of digits counts (import-api.md §4.1); anything else is nobody's. */
function readClientId(source: TapeSource, at: number): string | undefined {
  const { bytes, tape } = source;
  const kind = at < 0 ? Kind.null : tape.kinds[at];
  if (kind === Kind.null) return undefined;
  if (kind !== Kind.integer && kind !== Kind.string && kind !== Kind.escapedString) return '';
  const text = kind === Kind.escapedString ? readString(source, at) : utf8Text(bytes, tape.starts[at] as number, tape.ends[at] as number);
  return text.replace(/^0+(?=\d)/, '');
}
