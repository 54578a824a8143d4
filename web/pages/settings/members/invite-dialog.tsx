import { Button, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { call } from '../../../api/client.ts';
import { useRefresh } from '../../../api/query.ts';
import { FormButtons } from '../../../components/form-buttons.tsx';
import { Problem } from '../../../components/problem.tsx';
import { useFresh } from '../../../components/reauthentication.tsx';
import { useAct } from '../../../components/use-act.ts';
import { flash } from '../../../shell/flash.tsx';
import type { HandedLink } from './handed-link-dialog.tsx';
import { givenRoles, type GivenRole } from './role-select.tsx';

interface Props {
  readonly onClose: () => void;
  readonly onLink: (link: HandedLink) => void;
}

export function InviteDialog({ opened, ...props }: Props & { opened: boolean }): ReactNode {
  return (
    <Modal opened={opened} onClose={props.onClose} title="Add a Team Member" centered>
      {opened && <InviteForm {...props} />}
    </Modal>
  );
}

function InviteForm({ onClose, onLink }: Props): ReactNode {
  const refresh = useRefresh();
  const fresh = useFresh();
  const { isBusy, error, run } = useAct();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<GivenRole>('general_user');

  function submit(event: FormEvent): void {
    event.preventDefault();
    run(async () => {
      const invitation = await fresh(() => call('inviteMember', { body: { email, role } }));
      onClose();
      if (invitation.link === null) flash(`The invitation was sent to ${invitation.email}.`);
      else onLink({ title: 'Invitation', email: invitation.email, link: invitation.link });
      await refresh('listMembers');
    });
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">The invited person gets a link that works once, chooses a password and joins your account.</Text>
        <TextInput
          label="Email Address"
          type="email"
          autoComplete="off"
          data-autofocus
          required
          maxLength={254}
          value={email}
          onChange={({ currentTarget }) => setEmail(currentTarget.value)}
        />
        <NativeSelect
          label="Role"
          data={[...givenRoles]}
          value={role}
          onChange={({ currentTarget }) => setRole(currentTarget.value as GivenRole)}
        />
        <Problem error={error} />
        <FormButtons>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isBusy}>
            Send Invitation
          </Button>
        </FormButtons>
      </Stack>
    </form>
  );
}
