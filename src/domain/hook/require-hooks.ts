import type { Kysely } from 'kysely';
import { AppError } from '../../../contract/errors.ts';
import type { Tables } from '../../store/tables.ts';
import { getAccount } from '../account/get.ts';
import { planFeatures } from '../account/plans.ts';

/** All five calls of hooks need the feature (connect-api.md §10.3). Throws `access_denied`. */
export async function requireHooks(db: Kysely<Tables>, accountId: number): Promise<void> {
  const { plan } = await getAccount(db, accountId);
  if (!planFeatures[plan].hooks) throw new AppError('access_denied', 'Client does not have access to hooks.');
}
