import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { CredentialKind } from './principal.ts';

/** The public and the secret part of a credential (access.md, format). */
export interface ParsedToken {
  readonly keyId: string;
  readonly secret: string;
}

/** Prefixes are for people and leak scanners; they are never read back. `oc_` marks partner ids and secrets. */
export const prefixes: Readonly<Record<CredentialKind | 'partner', string>> = {
  api_key: 'ac_',
  partner_key: 'ac_',
  import_token: 'at_',
  webhook_url: 'wh_',
  partner: 'oc_',
};

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const prefixLength = 3;
/** Characters of a key id. */
export const keyIdLength = 12;
const secretLength = 32;
const checkLength = 6;
const checkedLength = prefixLength + keyIdLength + secretLength;
const tokenLength = checkedLength + checkLength;
const shape = /^[0-9A-Za-z_]{3}[0-9A-Za-z]{50}$/;

/** Uniform base62 text: bytes of 248 and above are drawn again, because 256 is no multiple of 62. */
export function randomBase62(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length - text.length)) {
      if (byte < 248) text += alphabet.charAt(byte % 62);
    }
  }
  return text;
}

/** A fresh key id of 12 and secret of 32 base62 characters. */
export function newTokenParts(): ParsedToken {
  return { keyId: randomBase62(keyIdLength), secret: randomBase62(secretLength) };
}

/** `<prefix><key id><secret><check>`, 53 characters. */
export function formatToken(prefix: string, parts: ParsedToken): string {
  const checked = `${prefix}${parts.keyId}${parts.secret}`;
  return `${checked}${checkOf(checked)}`;
}

/** The parts of a well-formed token with a correct check, whatever its prefix; undefined for anything else. */
export function parseToken(token: string | undefined): ParsedToken | undefined {
  if (token === undefined || token.length !== tokenLength || !shape.test(token)) return undefined;
  if (token.slice(checkedLength) !== checkOf(token.slice(0, checkedLength))) return undefined;
  return { keyId: token.slice(prefixLength, prefixLength + keyIdLength), secret: token.slice(prefixLength + keyIdLength, checkedLength) };
}

/** CRC-32 (IEEE) in base62: finds typing errors and lets a scanner recognise a leak; it protects nothing. */
function checkOf(checked: string): string {
  let rest = crc32(checked);
  let text = '';
  for (let index = 0; index < checkLength; index += 1) {
    text = alphabet.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}
