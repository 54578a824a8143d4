import { hash } from 'node:crypto';

/**
 * The `__sdc_primary_key` of a record without a key: a version 8 UUID (RFC 9562) out of where the record lies in the buffer,
 * so that loading it again gives the same row (ADR 15).
 */
export function rowIdentity(incarnation: string, position: number, messageIndex: number): string {
  const digest = hash('sha256', `${incarnation}/${position}/${messageIndex}`, 'hex');
  const variant = ((Number.parseInt(digest.charAt(16), 16) & 0b0011) | 0b1000).toString(16);
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}
