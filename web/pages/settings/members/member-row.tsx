import { Menu, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { Member } from '../../../../contract/account-api/members.ts';
import { call } from '../../../api/client.ts';
import { useRefresh } from '../../../api/query.ts';
import { formatAgo, formatLocal } from '../../../components/dates.ts';
import { Problem } from '../../../components/problem.tsx';
import { useFresh } from '../../../components/reauthentication.tsx';
import { RowMenu } from '../../../components/row-menu.tsx';
import { MenuCell, StackedCell, StackedRow } from '../../../components/stacked-table.tsx';
import { useAct } from '../../../components/use-act.ts';
import { flash } from '../../../shell/flash.tsx';
import { useIsAdministrator, useSession } from '../../../shell/session.tsx';
import { DeactivateDialog } from './deactivate-dialog.tsx';
import type { HandedLink } from './handed-link-dialog.tsx';
import { RoleSelect, type GivenRole } from './role-select.tsx';

const states: Readonly<Record<Member['state'], string>> = { active: 'Active', unready: 'No password yet', deactivated: 'Deactivated' };

export function MemberRow({
  member,
  members,
  onLink,
}: {
  member: Member;
  members: readonly Member[];
  onLink: (link: HandedLink) => void;
}): ReactNode {
  const isSelf = useSession().member.id === member.id;
  const isAdministrator = useIsAdministrator();
  const refresh = useRefresh();
  const fresh = useFresh();
  const { isBusy, error, run } = useAct();
  const [isDeactivating, setDeactivating] = useState(false);
  const params = { member_id: member.id };
  const isGone = member.state === 'deactivated';

  function changeRole(role: GivenRole): void {
    run(async () => {
      await fresh(() => call('setMemberRole', { params, body: { role } }));
      await refresh('listMembers', 'getSession');
      flash(`The role of ${member.name} was changed.`);
    });
  }

  function reactivate(): void {
    run(async () => {
      await call('reactivateMember', { params });
      await refresh('listMembers');
      flash(`${member.name} can sign in again. Keys that were disabled stay disabled.`);
    });
  }

  function makeLink(): void {
    run(async () => {
      const { link } = await fresh(() => call('linkForMember', { params }));
      if (link === null) flash(`A link to choose a new password was sent to ${member.email}.`);
      else onLink({ title: 'Link to choose a new password', email: member.email, link });
    });
  }

  return (
    <StackedRow>
      <StackedCell label="Member">
        <Text size="sm" fw={600}>
          {member.name}
          {isSelf && ' (you)'}
        </Text>
        <Text size="sm">{member.email}</Text>
        <Problem error={error} />
      </StackedCell>
      <StackedCell label="Role">
        <RoleSelect roles={member.roles} of={member.name} isFixed={!isAdministrator || isGone} isBusy={isBusy} onChange={changeRole} />
      </StackedCell>
      <StackedCell label="Status">
        <Text size="sm" {...(isGone ? { c: 'dimmed' } : {})}>
          {states[member.state]}
        </Text>
        {member.two_factor && (
          <Text size="xs" c="dimmed">
            Two-factor is on
          </Text>
        )}
      </StackedCell>
      <StackedCell label="Last seen">
        {member.last_seen_at === null ? (
          <Text size="sm">Never</Text>
        ) : (
          <Text size="sm" title={formatLocal(member.last_seen_at)}>
            {formatAgo(member.last_seen_at)}
          </Text>
        )}
      </StackedCell>
      {isAdministrator && (
        <MenuCell>
          {/* Oneself cannot be deactivated; the own password is changed in the profile. */}
          {!isSelf && (
            <RowMenu label={`Menu of ${member.name}`}>
              {isGone ? (
                <Menu.Item onClick={reactivate}>Reactivate</Menu.Item>
              ) : (
                <>
                  <Menu.Item onClick={makeLink}>Make a password link</Menu.Item>
                  <Menu.Item onClick={() => setDeactivating(true)}>Deactivate</Menu.Item>
                </>
              )}
            </RowMenu>
          )}
          <DeactivateDialog member={member} members={members} opened={isDeactivating} onClose={() => setDeactivating(false)} />
        </MenuCell>
      )}
    </StackedRow>
  );
}
