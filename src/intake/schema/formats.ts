import { isIPv4, isIPv6 } from 'node:net';
import { isDateTime } from '../date-time.ts';

/** A `format` that is enforced (import-api.md §6.2); every other is ignored. */
export interface Format {
  /** Whether the UTF-8 text has the format. */
  test(bytes: Uint8Array, start: number, end: number): boolean;
  /** What is said of a text that has not. */
  readonly problem: string;
}

/** The forms a date-time may have, as the validator prints them. */
export const dateTimeForms = "[yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,9}Z]";

export const formats: ReadonlyMap<string, Format> = new Map([
  ['date-time', { test: isDateTime, problem: `is not a valid date-time. Expected ${dateTimeForms}` }],
  ['email', textFormat(320, isEmail, 'is not a valid email address')],
  ['hostname', textFormat(254, isHostname, 'is not a valid hostname')],
  ['ipv4', textFormat(15, isIPv4, 'is not a valid ipv4 address')],
  ['ipv6', textFormat(45, (text) => isIPv6(text) && !text.includes('%'), 'is not a valid ipv6 address')],
  ['uri', textFormat(Number.POSITIVE_INFINITY, isUri, 'is not a valid URI')],
]);

/** A format of texts of at most so many characters. */
function textFormat(maxCharacters: number, test: (text: string) => boolean, problem: string): Format {
  return {
    test: (bytes, start, end) =>
      end - start <= maxCharacters * 4 && test(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8')),
    problem,
  };
}

const label = /^[\p{L}\p{N}](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?$/u;

/** A host name as Guava's `InternetDomainName` has it: labels of up to 63, the last one not beginning with a digit; a dot may end it. */
function isHostname(text: string): boolean {
  const labels = (text.endsWith('.') ? text.slice(0, -1) : text).split('.');
  if (text.length > 254 || labels.length > 127) return false;
  return labels.every((part) => part.length <= 63 && label.test(part)) && !/^\d/.test(labels.at(-1) ?? '');
}

const dotAtom = /^[^\s\p{Cc}()<>[\]:;@\\,."]+(?:\.[^\s\p{Cc}()<>[\]:;@\\,."]+)*$/u;
const quotedLocal = /^"(?:[^"\\\p{Cc}]|\\[^\p{Cc}])*"$/u;

/** RFC 5321 mailbox: a local part of up to 64 characters at a domain with a dot, or at an address in brackets. */
function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, at);
  const domain = text.slice(at + 1);
  if (at < 1 || local.length > 64 || (!dotAtom.test(local) && !quotedLocal.test(local))) return false;
  if (domain.startsWith('[') && domain.endsWith(']')) {
    const address = domain.slice(1, -1);
    return isIPv4(address) || (address.startsWith('IPv6:') && isIPv6(address.slice(5)));
  }
  return domain.includes('.') && !domain.endsWith('.') && !domain.includes('_') && isHostname(domain);
}

const uriParts = /^(?:[A-Za-z][A-Za-z0-9+.-]*:|(?=\/\/))(?:\/\/(?<authority>[^/?#]*))?(?<rest>.*)$/su;
// Searches for what is wrong, which takes no stack however long the text is.
const strangeInUri = /[\p{C}\p{Z}"#<>[\]\\^`{|}]|%(?![0-9A-Fa-f]{2})/u;

/** RFC 3986 with a scheme, or beginning with `//`; letters beyond ASCII may stand unescaped, as in `java.net.URI`. */
function isUri(text: string): boolean {
  const groups = uriParts.exec(text)?.groups;
  if (!groups) return false;
  const { authority, rest = '' } = groups;
  const [path = '', fragment = ''] = splitOnce(rest, '#');
  if (authority === undefined ? path === '' : authority === '' && path === '') return false;
  const host = (authority ?? '').replace(/\[[0-9A-Fa-f:.]+\](?=:\d*$|$)/, '');
  return !strangeInUri.test(host) && !strangeInUri.test(path) && !strangeInUri.test(fragment);
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
