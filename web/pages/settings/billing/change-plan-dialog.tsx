/** Changing the plan: says what it would do before, and what it did after. */
import { Alert, Button, List, Modal, NativeSelect, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import type { AccountReply } from '../../../../client/account-api.ts';
import { planNames, plans, type PlanName } from '../../../../contract/account-api/plans.ts';
import { call } from '../../../api/client.ts';
import { read, useRefresh } from '../../../api/query.ts';
import { FormButtons } from '../../../components/form-buttons.tsx';
import { Problem } from '../../../components/problem.tsx';
import { useFresh } from '../../../components/reauthentication.tsx';
import { useAct } from '../../../components/use-act.ts';
import { flash } from '../../../shell/flash.tsx';
import { useSession } from '../../../shell/session.tsx';

export function ChangePlanDialog({ opened, onClose }: { opened: boolean; onClose: () => void }): ReactNode {
  return (
    <Modal opened={opened} onClose={onClose} title="Change Your Plan" centered>
      {opened && <PlanForm onClose={onClose} />}
    </Modal>
  );
}

function PlanForm({ onClose }: { onClose: () => void }): ReactNode {
  const { account } = useSession();
  const refresh = useRefresh();
  const fresh = useFresh();
  const { isBusy, error, run } = useAct();
  const [plan, setPlan] = useState<PlanName>(account.plan);
  const isSame = plan === account.plan;
  const preview = useQuery({ ...read('previewPlan', { query: { plan } }), enabled: !isSame, staleTime: 0 });

  function submit(event: FormEvent): void {
    event.preventDefault();
    run(async () => {
      const { disabled_keys: disabled } = await fresh(() => call('setPlan', { body: { plan } }));
      flash(
        `Your plan is ${plans[plan].title} now.${disabled === 0 ? '' : ` ${disabled === 1 ? '1 API access key was' : `${disabled} API access keys were`} disabled.`}`,
      );
      onClose();
      await refresh('getSession', 'getAccount', 'listApiKeys', 'getUsage', 'previewPlan');
    });
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <NativeSelect
          label="Plan"
          data={planNames.map((name) => ({ value: name, label: `${plans[name].title}${name === account.plan ? ' (current)' : ''}` }))}
          value={plan}
          onChange={({ currentTarget }) => setPlan(currentTarget.value as PlanName)}
        />
        {isSame && <Text size="sm">Choose another plan to see what it changes.</Text>}
        {!isSame && preview.isPending && <Skeleton h={60} role="status" aria-label="Looking up what it changes" />}
        <Problem error={preview.error} />
        {!isSame && preview.data !== undefined && (
          <Alert
            role="status"
            color={preview.data.disables_keys + preview.data.disables_hooks + preview.data.pauses_sources > 0 ? 'red' : 'gray'}
            title="What this changes"
          >
            <List size="sm">
              {describeChange(preview.data, plans[account.plan].api_access).map((line) => (
                <List.Item key={line}>{line}</List.Item>
              ))}
            </List>
          </Alert>
        )}
        <Problem error={error} />
        <FormButtons>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isBusy} disabled={isSame || preview.data === undefined}>
            Change the plan
          </Button>
        </FormButtons>
      </Stack>
    </form>
  );
}

/** The sentences of a preview. */
function describeChange(preview: AccountReply<'previewPlan'>, hadApiAccess: boolean): readonly string[] {
  const {
    plan,
    disables_keys: disables,
    disabled_keys: disabled,
    disables_hooks: hooks,
    pauses_sources: sources,
    members,
    destinations,
  } = preview;
  const next = plans[plan];
  const lines: string[] = [];
  if (hadApiAccess && !next.api_access) {
    lines.push(
      `API access ends. ${disables === 0 ? 'No API access key is enabled now.' : `${count(disables, 'API access key')} disabled at once.`}`,
    );
  }
  if (!hadApiAccess && next.api_access) {
    lines.push(
      disabled === 0
        ? 'API access begins.'
        : `API access begins. ${count(disabled, 'key')} not re-enabled: each must be re-enabled by hand.`,
    );
  }
  if (hadApiAccess === next.api_access) lines.push('API access keys stay as they are.');
  if (hooks > 0) lines.push(`${count(hooks, 'post-load hook')} disabled at once.`);
  if (sources > 0) lines.push(`${count(sources, 'integration with a cron schedule', 'integrations with a cron schedule')} paused.`);
  lines.push(
    next.rows_per_period === null ? 'Rows are unlimited.' : `${next.rows_per_period.toLocaleString()} rows per billing period.`,
    describeLimit('member', members, next.max_members),
    describeLimit('destination', destinations, next.max_destinations),
  );
  return lines;
}

function describeLimit(thing: string, current: number, limit: number | null): string {
  if (limit === null) return `As many ${thing}s as you like.`;
  const allowed = `At most ${limit === 1 ? `one ${thing}` : `${limit} ${thing}s`}`;
  return current > limit ? `${allowed}; your ${current} stay, but none can be added.` : `${allowed}.`;
}

function count(value: number, thing: string, things = `${thing}s`): string {
  return value === 1 ? `1 ${thing} is` : `${value} ${things} are`;
}
