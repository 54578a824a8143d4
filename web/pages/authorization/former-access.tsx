import { Alert } from '@mantine/core';
import type { ReactNode } from 'react';
import type { AccountReply } from '../../../client/account-api.ts';
import { formatKeyDate } from '../../components/dates.ts';

/** What access the partner has or had, and who ended it. */
export function FormerAccess({ partner, former }: { partner: string; former: AccountReply<'getStanding'>['standing'] }): ReactNode {
  if (former === null) return null;
  if (former.state === 'enabled') {
    return (
      <Alert color="blue" title="Already connected">
        {partner} has access since {formatKeyDate(former.changed_at)}. Accepting replaces it: what it holds now stops working.
      </Alert>
    );
  }
  const ended = former.state === 'disabled' ? 'disabled' : 'deleted';
  return (
    <Alert color="yellow" title={`Access was ${ended} before`}>
      {former.changed_by} {ended} the access of {partner} on {formatKeyDate(former.changed_at)}. Accepting gives it access again.
    </Alert>
  );
}
