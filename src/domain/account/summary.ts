import { listOpenAlertsOf } from '../../store/queries/alert.ts';
import type { DomainContext } from '../context.ts';
import { getAccount, type AccountRow } from './get.ts';

export interface AccountState {
  readonly row: AccountRow;
  /** Alerts that last and nobody has dismissed. */
  readonly openNotifications: number;
}

/** An account with what the shell of the app shows of it. Throws `invalid_id`. */
export async function readAccountState({ store }: Pick<DomainContext, 'store'>, accountId: number): Promise<AccountState> {
  const alerts = await listOpenAlertsOf(store.read, accountId);
  const openNotifications = alerts.filter((alert) => alert.dismissed_at === null).length;
  return { row: await getAccount(store.read, accountId), openNotifications };
}
