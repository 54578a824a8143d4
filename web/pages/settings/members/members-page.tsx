/** Who is in the account (web-app.md §3.1). */
import { Button, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { plans } from '../../../../contract/account-api/plans.ts';
import { read } from '../../../api/query.ts';
import { Problem } from '../../../components/problem.tsx';
import { Section } from '../../../components/section.tsx';
import { StackedTable } from '../../../components/stacked-table.tsx';
import { useSecret } from '../../../components/use-secret.ts';
import { useIsAdministrator, useSession } from '../../../shell/session.tsx';
import { SettingsPage } from '../settings-page.tsx';
import { HandedLinkDialog, type HandedLink } from './handed-link-dialog.tsx';
import { InvitationRow } from './invitation-row.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { MemberRow } from './member-row.tsx';

export function MembersPage(): ReactNode {
  const { account } = useSession();
  const isAdministrator = useIsAdministrator();
  const { data, error } = useQuery(read('listMembers', {}));
  const [isInviting, setInviting] = useState(false);
  const [link, setLink] = useSecret<HandedLink>();
  const members = data?.members ?? [];
  const invitations = data?.invitations ?? [];
  const seats = plans[account.plan].max_members;
  const isFull = seats !== null && members.filter(({ state }) => state !== 'deactivated').length + invitations.length >= seats;

  return (
    <SettingsPage tab="members">
      <Section
        title="Team Members"
        helper={
          isAdministrator
            ? 'Everybody here can work with the whole account. Administrators also invite and deactivate members and change roles and plan.'
            : 'Everybody here can work with the whole account. An Administrator invites and deactivates members and changes roles.'
        }
        {...(isAdministrator && {
          action: (
            <>
              <Button variant="outline" disabled={isFull} onClick={() => setInviting(true)}>
                Add a Team Member
              </Button>
              {isFull && <Text size="sm">Your plan has {seats} seats, and all are taken.</Text>}
            </>
          ),
        })}
      >
        <Problem error={error} />
        {data === undefined && error === null && <Skeleton h={120} />}
        {members.length > 0 && (
          <StackedTable label="Team Members" columns={['Member', 'Role', 'Status', 'Last seen']} hasMenu={isAdministrator}>
            {members.map((member) => (
              <MemberRow key={member.id} member={member} members={members} onLink={setLink} />
            ))}
          </StackedTable>
        )}
      </Section>
      {invitations.length > 0 && (
        <Section title="Invitations" helper="Sent and not accepted yet. Each link works once; sending it again ends the old one.">
          <StackedTable label="Invitations" columns={['Email', 'Role', 'Status', 'Invited by']} hasMenu={isAdministrator}>
            {invitations.map((invitation) => (
              <InvitationRow key={invitation.id} invitation={invitation} onLink={setLink} />
            ))}
          </StackedTable>
        </Section>
      )}
      <InviteDialog opened={isInviting} onClose={() => setInviting(false)} onLink={setLink} />
      <HandedLinkDialog link={link} onClose={() => setLink(undefined)} />
    </SettingsPage>
  );
}
