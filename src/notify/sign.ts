import { createHmac, type KeyObject } from 'node:crypto';

/** `t=<unix seconds>,v1=<hex>`: HMAC-SHA-256 of `<unix seconds>.<body>` (ADR 25). */
export function signDelivery(key: KeyObject, atMs: number, body: string): string {
  const seconds = Math.trunc(atMs / 1000);
  return `t=${seconds},v1=${createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex')}`;
}
