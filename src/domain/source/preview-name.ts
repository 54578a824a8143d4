import { findLiveSourceByName } from '../../store/queries/source.ts';
import { requireAccount } from '../actor.ts';
import type { DomainContext } from '../context.ts';
import { deriveSourceName, findNameProblem } from './name.ts';

/** Which schema name a new source would get, and why it cannot have it. Throws `invalid_id`. */
export async function previewSourceName(
  ctx: DomainContext,
  accountId: number,
  { displayName, given }: { displayName: string; given: string | undefined },
): Promise<{ name: string; problem: string | undefined }> {
  requireAccount(ctx.actor, accountId);
  const name = given ?? deriveSourceName(displayName.trim());
  const problem = findNameProblem(name);
  if (problem !== undefined) return { name, problem };
  const owner = await findLiveSourceByName(ctx.store.read, accountId, name);
  return { name, problem: owner && `The integration ${owner.display_name} uses the schema ${name} already.` };
}
