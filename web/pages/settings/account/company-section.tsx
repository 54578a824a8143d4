import { Button, Stack } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { call } from '../../../api/client.ts';
import { useRefresh } from '../../../api/query.ts';
import { CompanyField } from '../../../components/person-fields.tsx';
import { Problem } from '../../../components/problem.tsx';
import { Section } from '../../../components/section.tsx';
import { useAct } from '../../../components/use-act.ts';
import { flash } from '../../../shell/flash.tsx';
import { useSession } from '../../../shell/session.tsx';

export function CompanySection(): ReactNode {
  const { account } = useSession();
  const refresh = useRefresh();
  const { isBusy, error, run } = useAct();
  const [company, setCompany] = useState(account.company);

  function submit(event: FormEvent): void {
    event.preventDefault();
    run(async () => {
      await call('updateAccount', { body: { company } });
      await refresh('getSession', 'getAccount');
      flash('The company profile was updated.');
    });
  }

  return (
    <form onSubmit={submit}>
      <Section
        title="Company information"
        action={
          <Button type="submit" variant="outline" loading={isBusy}>
            Update Company Profile
          </Button>
        }
      >
        <Stack maw={440}>
          <CompanyField value={company} onChange={setCompany} />
          <Problem error={error} />
        </Stack>
      </Section>
    </form>
  );
}
