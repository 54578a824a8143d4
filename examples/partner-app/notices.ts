/** What Thimble tells a partner of its own accord: that a member ended or restored its access. */
import { createHmac, timingSafeEqual } from 'node:crypto';

export interface Notice {
  readonly event: 'revoked' | 'enabled';
  readonly stitch_account_id: number;
  readonly state: 'enabled' | 'disabled' | 'deleted';
  readonly at: string;
}

const toleranceSeconds = 300;

/** Reads a notice; undefined when it is not signed with our key, or was signed too long ago to be anything but a repetition. */
export function readNotice(body: string, signature: string, signingKey: string, nowMs = Date.now()): Notice | undefined {
  const { seconds = '', mac = '' } = /^t=(?<seconds>\d+),v1=(?<mac>[0-9a-f]{64})$/.exec(signature)?.groups ?? {};
  const expected = createHmac('sha256', Buffer.from(signingKey, 'hex')).update(`${seconds}.${body}`).digest();
  const given = Buffer.from(mac, 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  return Math.abs(nowMs / 1000 - Number(seconds)) <= toleranceSeconds ? (JSON.parse(body) as Notice) : undefined;
}
