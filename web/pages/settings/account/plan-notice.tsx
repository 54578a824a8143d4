/** What the plan means for the keys: without API access they are off; when it comes back each is enabled by hand (web-app.md §2.1). */
import { Alert, Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ApiKey } from '../../../../contract/account-api/api-keys.ts';
import { plans } from '../../../../contract/account-api/plans.ts';
import { useSession } from '../../../shell/session.tsx';

export function PlanNotice({ keys }: { keys: readonly ApiKey[] }): ReactNode {
  const { account } = useSession();
  const plan = plans[account.plan];
  const stopped = keys.filter(({ state, state_reason: reason }) => state === 'disabled' && reason === 'plan').length;
  if (plan.api_access) {
    if (stopped === 0) return null;
    return (
      <Alert role="note" color="yellow" title="Your plan has API access again">
        {describe(stopped)} disabled when the plan had none, and {stopped === 1 ? 'stays' : 'stay'} disabled until somebody re-enables{' '}
        {stopped === 1 ? 'it' : 'each one'} by hand.
      </Alert>
    );
  }
  return (
    <Alert role="note" color="yellow" title={`The ${plan.title} plan has no API access`}>
      {stopped > 0 && `${describe(stopped)} disabled. `}
      Keys can be deleted, but not generated or re-enabled.
      {account.plan_help !== null && ` ${account.plan_help.text} `}
      {account.plan_help !== null && account.plan_help.url !== null && (
        <Anchor href={account.plan_help.url} underline="always" size="sm" rel="noreferrer">
          More about plans
        </Anchor>
      )}
    </Alert>
  );
}

function describe(count: number): string {
  return count === 1 ? '1 key was' : `${count} keys were`;
}
