import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** A sealed value does not open: it was changed, moved to another place, or sealed under a key this installation does not have. */
export class SealBrokenError extends Error {
  override readonly name = 'SealBrokenError';
}

/** What a sealed value belongs to: it opens there and nowhere else. */
export interface SealedPlace {
  readonly kind: 'source' | 'destination' | 'member' | 'mail' | 'hook' | 'partner';
  readonly id: number;
  readonly property: string;
}

/** Keeps the credentials of sources and destinations at rest (access.md). */
export interface Sealer {
  seal(place: SealedPlace, value: string): Uint8Array;
  /** Throws `SealBrokenError`. */
  open(place: SealedPlace, sealed: Uint8Array): string;
}

const cipher = 'aes-256-gcm';
const formatVersion = 1;
/** Version byte and key id, 32 bits. */
const headBytes = 5;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * AES-256-GCM under keys 1…currentId of the master key; new values get the newest. A sealed value is version byte, key id, nonce,
 * ciphertext, tag; its head and its place are authenticated with it. `derive` is the master key's.
 */
export function createSealer(options: { derive: (purpose: string) => KeyObject; currentId: number }): Sealer {
  const keys = Array.from({ length: options.currentId }, (_, index) => options.derive(`seal/${index + 1}`));

  function keyOf(id: number): KeyObject {
    const key = keys[id - 1];
    if (key === undefined) throw new SealBrokenError(`The key ${id} of a sealed value is unknown here.`);
    return key;
  }

  return {
    seal(place, value) {
      const head = Buffer.alloc(headBytes);
      head.writeUInt8(formatVersion);
      head.writeUInt32BE(options.currentId, 1);
      const nonce = randomBytes(nonceBytes);
      const sealing = createCipheriv(cipher, keyOf(options.currentId), nonce, { authTagLength: tagBytes });
      sealing.setAAD(boundTo(head, place));
      const body = Buffer.concat([sealing.update(value, 'utf8'), sealing.final()]);
      return Buffer.concat([head, nonce, body, sealing.getAuthTag()]);
    },
    open(place, sealed) {
      const bytes = Buffer.from(sealed);
      if (bytes.length < headBytes + nonceBytes + tagBytes || bytes[0] !== formatVersion) throw broken(place);
      const head = bytes.subarray(0, headBytes);
      const key = keyOf(head.readUInt32BE(1));
      const nonce = bytes.subarray(headBytes, headBytes + nonceBytes);
      const opening = createDecipheriv(cipher, key, nonce, { authTagLength: tagBytes });
      opening.setAAD(boundTo(head, place));
      opening.setAuthTag(bytes.subarray(-tagBytes));
      try {
        const body = bytes.subarray(headBytes + nonceBytes, -tagBytes);
        return Buffer.concat([opening.update(body), opening.final()]).toString('utf8');
      } catch (error) {
        throw broken(place, error);
      }
    },
  };
}

function boundTo(head: Uint8Array, { kind, id, property }: SealedPlace): Uint8Array {
  return Buffer.concat([head, Buffer.from(JSON.stringify([kind, id, property]))]);
}

function broken({ kind, id, property }: SealedPlace, cause?: unknown): SealBrokenError {
  return new SealBrokenError(`The sealed ${property} of ${kind} ${id} cannot be opened; enter it again.`, { cause });
}
