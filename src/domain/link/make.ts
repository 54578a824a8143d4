import type { Transaction } from 'kysely';
import { mintSecret } from '../../access/session-secret.ts';
import { insertLink, type LinkRow } from '../../store/queries/people.ts';
import type { Tables } from '../../store/tables.ts';
import type { PeopleContext } from '../people.ts';

const hourMs = 3_600_000;
const lifetimeMs: Readonly<Record<LinkRow['purpose'], number>> = {
  password: 24 * hourMs,
  email_change: 24 * hourMs,
  sign_up: 24 * hourMs,
  setup: 30 * 24 * hourMs,
};
const pages = { password: 'reset', email_change: 'email', sign_up: 'sign-up', setup: 'setup', invitation: 'join' } as const;

/** Makes a link good for one use, kept as a digest. */
export async function makeLink(
  ctx: Pick<PeopleContext, 'now' | 'people'>,
  tx: Transaction<Tables>,
  link: {
    purpose: LinkRow['purpose'];
    memberId: number | null;
    email: string | null;
    lifetimeMs?: number;
    continueTo?: string | undefined;
  },
): Promise<string> {
  const { secret, digest } = mintSecret();
  const now = ctx.now();
  await insertLink(tx, {
    digest,
    purpose: link.purpose,
    member_id: link.memberId,
    email: link.email,
    created_at: now,
    expires_at: now + (link.lifetimeMs ?? lifetimeMs[link.purpose]),
  });
  return linkAddress(ctx, link.purpose, secret, link.continueTo);
}

/** Address of a link: its secret is in the fragment, which no server and no log sees. `continueTo` is the path where the page goes on. */
export function linkAddress(
  { people }: Pick<PeopleContext, 'people'>,
  page: keyof typeof pages,
  secret: string,
  continueTo?: string,
): string {
  const query = continueTo === undefined ? '' : `?continue=${encodeURIComponent(continueTo)}`;
  return `${people.origin()}/session/${pages[page]}${query}#token=${secret}`;
}
