/** Billing: the plan, what it includes, and what was used of it. Thimble takes no money, so there is nothing to pay here. */
import { Anchor, Button, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { plans } from '../../../../contract/account-api/plans.ts';
import { read } from '../../../api/query.ts';
import { Problem } from '../../../components/problem.tsx';
import { Section } from '../../../components/section.tsx';
import { paths } from '../../../paths.ts';
import { useIsAdministrator, useSession } from '../../../shell/session.tsx';
import { SettingsPage } from '../settings-page.tsx';
import { ChangePlanDialog } from './change-plan-dialog.tsx';
import { describePlan } from './describe-plan.ts';

export function BillingPage(): ReactNode {
  const { account } = useSession();
  const isAdministrator = useIsAdministrator();
  const [isChanging, setChanging] = useState(false);
  const plan = plans[account.plan];
  return (
    <SettingsPage tab="billing">
      <Section
        title="Plan Details"
        {...(account.plan_help !== null && { helper: <PlanHelp help={account.plan_help} /> })}
        action={
          isAdministrator ? (
            <Button variant="outline" onClick={() => setChanging(true)}>
              Change Your Plan
            </Button>
          ) : (
            <Text size="sm">An Administrator can change the plan.</Text>
          )
        }
      >
        <Table maw={560} aria-label="Plan Details">
          <Table.Tbody>
            <Fact name="Plan">
              <b>{plan.title}</b>
            </Fact>
            {describePlan(plan).map(([name, value]) => (
              <Fact key={name} name={name}>
                {value}
              </Fact>
            ))}
          </Table.Tbody>
        </Table>
      </Section>
      <UsageSection />
      <ChangePlanDialog opened={isChanging} onClose={() => setChanging(false)} />
    </SettingsPage>
  );
}

function PlanHelp({ help: { text, url } }: { help: { text: string; url: string | null } }): ReactNode {
  return (
    <>
      {text}{' '}
      {url !== null && (
        <Anchor href={url} rel="noreferrer" underline="always" size="sm">
          More about plans
        </Anchor>
      )}
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }): ReactNode {
  return (
    <Table.Tr>
      <Table.Th fw={400} scope="row">
        {name}
      </Table.Th>
      <Table.Td>{children}</Table.Td>
    </Table.Tr>
  );
}

function UsageSection(): ReactNode {
  const { account } = useSession();
  const { data, error } = useQuery(read('getUsage', {}));
  return (
    <Section title="Your usage">
      <Problem error={error} />
      {data !== undefined && (
        <Text size="sm">
          <b>{data.period.rows.toLocaleString()}</b> rows
          {data.period.limit === null ? '' : ` of ${data.period.limit.toLocaleString()}`} loaded from {data.period.from} to {data.period.to}
          .
        </Text>
      )}
      <Text size="sm">
        <Anchor component={Link} to={paths.usage(account.id)} underline="always">
          Rows by day and integration
        </Anchor>
      </Text>
    </Section>
  );
}
