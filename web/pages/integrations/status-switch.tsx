/** Pauses and resumes an integration. Pausing asks nothing: it is undone by the same switch. */
import { Loader, Switch } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Integration } from '../../../contract/account-api/sources.ts';
import { call } from '../../api/client.ts';
import { useRefresh } from '../../api/query.ts';
import { describeProblem } from '../../components/problem.tsx';
import { useAct } from '../../components/use-act.ts';
import { flash } from '../../shell/flash.tsx';
import classes from './status-switch.module.css';

/** The label is an element with the id `labelledBy`, or the words `label`. */
export function StatusSwitch({
  integration,
  label,
  labelledBy,
}: {
  integration: Integration;
  label?: string;
  labelledBy?: string;
}): ReactNode {
  const refresh = useRefresh();
  const { isBusy, run } = useAct();
  const { id, status } = integration;

  async function turn(): Promise<void> {
    try {
      const after = await call('updateIntegration', { params: { source_id: id }, body: { paused: status === 'active' } });
      if (after.status === 'held') flash(`${after.display_name} stays on hold. ${after.status_reason ?? ''}`, 'warning');
      await refresh('listIntegrations', 'getIntegration', 'summarizeIntegration');
    } catch (error) {
      flash(`${integration.display_name} was not changed. ${describeProblem(error)}`, 'warning');
    }
  }

  return (
    <Switch
      size="md"
      classNames={{ input: classes.input }}
      checked={status === 'active'}
      // Not disabled meanwhile: that would take the focus of a keyboard from it.
      aria-busy={isBusy}
      thumbIcon={isBusy ? <Loader size={10} /> : undefined}
      aria-label={label}
      aria-labelledby={labelledBy}
      onChange={() => run(turn)}
    />
  );
}
