/** API access keys (web-app.md §2.1). */
import { Anchor, Badge, Button, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useId, type ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import { maxApiKeys } from '../../../../contract/account-api/limits.ts';
import { plans } from '../../../../contract/account-api/plans.ts';
import { read } from '../../../api/query.ts';
import { Problem } from '../../../components/problem.tsx';
import { Section } from '../../../components/section.tsx';
import { StackedTable } from '../../../components/stacked-table.tsx';
import { paths } from '../../../paths.ts';
import { useSession } from '../../../shell/session.tsx';
import { ApiKeyRow } from './api-key-row.tsx';
import { DeletedApiKeys } from './deleted-api-keys.tsx';
import { PlanNotice } from './plan-notice.tsx';

/** The smallest plan that has API access. */
const firstPlan = Object.values(plans).find(({ api_access: hasAccess }) => hasAccess);
const columns = ['Key (last 4)', 'Description', 'Created', 'Status'];

export function ApiKeysSection(): ReactNode {
  const { account } = useSession();
  const navigate = useNavigate();
  const { data, error } = useQuery(read('listApiKeys', {}));
  const reasonId = useId();
  const plan = plans[account.plan];
  const keys = data?.filter(({ state }) => state !== 'deleted') ?? [];
  const deleted = data?.filter(({ state }) => state === 'deleted') ?? [];
  const reason = findReason(plan.api_access, keys.length);

  return (
    <Section
      title="API access keys"
      badge={
        <Badge color="yellow" autoContrast radius="sm" size="sm">
          {firstPlan?.title ?? 'Plan'} feature
        </Badge>
      }
      helper={
        <>
          With a key, programs create integrations and more through the API. An account has at most {maxApiKeys} keys, enabled and disabled
          together.{' '}
          <Anchor component={Link} to={paths.guide('managing-api-keys')} underline="always">
            Learn about the API.
          </Anchor>
        </>
      }
      action={
        <>
          <Button
            variant="outline"
            disabled={reason !== undefined}
            {...(reason === undefined ? {} : { 'aria-describedby': reasonId })}
            onClick={() => void navigate(paths.newApiKey(account.id))}
          >
            Generate a Key
          </Button>
          {reason !== undefined && (
            <Text size="sm" id={reasonId}>
              {reason}
            </Text>
          )}
        </>
      }
    >
      <PlanNotice keys={keys} />
      <Problem error={error} />
      {data === undefined && error === null && <Skeleton h={60} />}
      {data !== undefined && keys.length === 0 && <Text size="sm">No API access keys yet.</Text>}
      {keys.length > 0 && (
        <StackedTable label="API access keys" columns={columns} hasMenu>
          {keys.map((key) => (
            <ApiKeyRow key={key.id} apiKey={key} hasApiAccess={plan.api_access} />
          ))}
        </StackedTable>
      )}
      <DeletedApiKeys keys={deleted} isFull={keys.length >= maxApiKeys} />
    </Section>
  );
}

/** Why no key can be generated; undefined when one can. */
function findReason(hasApiAccess: boolean, count: number): string | undefined {
  if (!hasApiAccess) return 'Your plan has no API access.';
  return count >= maxApiKeys ? `The account has ${maxApiKeys} keys. Delete one to generate another.` : undefined;
}
