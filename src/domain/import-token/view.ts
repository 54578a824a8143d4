import { viewCredentials, type CredentialView } from '../credential/view.ts';
import type { DomainContext } from '../context.ts';
import { unknownToken, type CredentialRow } from '../credential/find.ts';
import { listKnownImportTokens } from './list.ts';

/** An import token as its account may see it. */
export interface ImportTokenView extends CredentialView {
  /** A newer enabled token exists. */
  readonly superseded: boolean;
  /** Superseded, and not used since then: safe to revoke. */
  readonly unusedSinceSuperseded: boolean;
}

/** The tokens of a source that are not revoked or may be brought back, oldest first. Throws `invalid_id`, `invalid_type`. */
export async function viewImportTokens(ctx: DomainContext, accountId: number, sourceId: number): Promise<ImportTokenView[]> {
  const views = await viewCredentials(ctx, await listKnownImportTokens(ctx, accountId, sourceId));
  return views.map((view) => {
    const newer = views.find(({ row, expired }) => row.id > view.row.id && row.state === 'enabled' && !expired);
    const superseded = newer !== undefined && view.row.state !== 'deleted';
    return { ...view, superseded, unusedSinceSuperseded: superseded && (view.row.last_used_at ?? 0) < newer.row.created_at };
  });
}

/** One of them. Throws `invalid_id`, `invalid_type`, `invalid_token_id`. */
export async function viewImportToken(ctx: DomainContext, accountId: number, sourceId: number, tokenId: number): Promise<ImportTokenView> {
  const view = (await viewImportTokens(ctx, accountId, sourceId)).find(({ row }) => row.id === tokenId);
  if (view === undefined) throw unknownToken(tokenId);
  return view;
}

/** A token just changed, which may be one that cannot be brought back. */
export async function viewChangedToken(
  ctx: DomainContext,
  accountId: number,
  sourceId: number,
  row: CredentialRow,
): Promise<ImportTokenView> {
  const known = (await viewImportTokens(ctx, accountId, sourceId)).find((view) => view.row.id === row.id);
  if (known !== undefined) return known;
  const [view] = await viewCredentials(ctx, [row]);
  if (view === undefined) throw unknownToken(row.id);
  return { ...view, superseded: false, unusedSinceSuperseded: false };
}
