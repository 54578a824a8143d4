import { Menu, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { Invitation } from '../../../../contract/account-api/members.ts';
import { call } from '../../../api/client.ts';
import { useRefresh } from '../../../api/query.ts';
import { Confirm } from '../../../components/confirm.tsx';
import { formatLocal } from '../../../components/dates.ts';
import { Problem } from '../../../components/problem.tsx';
import { useFresh } from '../../../components/reauthentication.tsx';
import { DangerItem, RowMenu } from '../../../components/row-menu.tsx';
import { MenuCell, StackedCell, StackedRow } from '../../../components/stacked-table.tsx';
import { useAct } from '../../../components/use-act.ts';
import { flash } from '../../../shell/flash.tsx';
import { useIsAdministrator } from '../../../shell/session.tsx';
import type { HandedLink } from './handed-link-dialog.tsx';
import { RoleSelect, type GivenRole } from './role-select.tsx';

export function InvitationRow({ invitation, onLink }: { invitation: Invitation; onLink: (link: HandedLink) => void }): ReactNode {
  const isAdministrator = useIsAdministrator();
  const refresh = useRefresh();
  const fresh = useFresh();
  const { isBusy, error, run } = useAct();
  const [isCancelling, setCancelling] = useState(false);
  const { email } = invitation;
  const params = { invitation_id: invitation.id };

  function changeRole(role: GivenRole): void {
    run(async () => {
      await fresh(() => call('setInvitationRole', { params, body: { role } }));
      await refresh('listMembers');
    });
  }

  function resend(): void {
    run(async () => {
      const { link } = await fresh(() => call('resendInvitation', { params }));
      if (link === null) flash(`A new link was sent to ${email}.`);
      else onLink({ title: 'Invitation', email, link });
      await refresh('listMembers');
    });
  }

  async function cancel(): Promise<void> {
    await call('cancelInvitation', { params });
    flash(`The invitation of ${email} was cancelled.`);
    await refresh('listMembers');
  }

  return (
    <StackedRow>
      <StackedCell label="Email">
        <Text size="sm">{email}</Text>
        <Problem error={error} />
      </StackedCell>
      <StackedCell label="Role">
        <RoleSelect roles={[invitation.role]} of={email} isFixed={!isAdministrator} isBusy={isBusy} onChange={changeRole} />
      </StackedCell>
      <StackedCell label="Status">
        <Text size="sm">{invitation.expired ? 'Expired' : 'Invited'}</Text>
        <Text size="xs" c="dimmed">
          {invitation.expired ? 'Send it again to make a new link' : `Until ${formatLocal(invitation.expires_at)}`}
        </Text>
      </StackedCell>
      <StackedCell label="Invited by">
        <Text size="sm">{invitation.invited_by}</Text>
      </StackedCell>
      {isAdministrator && (
        <MenuCell>
          <RowMenu label={`Menu of the invitation of ${email}`}>
            <Menu.Item onClick={resend}>Send again</Menu.Item>
            <DangerItem onClick={() => setCancelling(true)}>Cancel invitation</DangerItem>
          </RowMenu>
          <Confirm
            opened={isCancelling}
            title="Cancel the invitation?"
            action="Cancel invitation"
            onConfirm={cancel}
            onClose={() => setCancelling(false)}
          >
            <Text size="sm">The link sent to {email} stops working.</Text>
          </Confirm>
        </MenuCell>
      )}
    </StackedRow>
  );
}
