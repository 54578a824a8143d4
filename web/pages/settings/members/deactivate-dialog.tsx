/** The question before a member is deactivated: what becomes of the API keys that act as this member. */
import { NativeSelect, Radio, Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { Member } from '../../../../contract/account-api/members.ts';
import { call } from '../../../api/client.ts';
import { useRefresh } from '../../../api/query.ts';
import { Confirm } from '../../../components/confirm.tsx';
import { useFresh } from '../../../components/reauthentication.tsx';
import { flash } from '../../../shell/flash.tsx';
import { useSession } from '../../../shell/session.tsx';

export function DeactivateDialog({
  member,
  members,
  opened,
  onClose,
}: {
  member: Member;
  members: readonly Member[];
  opened: boolean;
  onClose: () => void;
}): ReactNode {
  const { member: self } = useSession();
  const refresh = useRefresh();
  const fresh = useFresh();
  const [keys, setKeys] = useState<'disable' | 'keep'>('disable');
  const [ownerId, setOwnerId] = useState(self.id);
  const owners = members.filter(({ id, state }) => state === 'active' && id !== member.id);
  const count = member.api_keys === 1 ? '1 API access key acts' : `${member.api_keys} API access keys act`;

  async function deactivate(): Promise<void> {
    const body = keys === 'keep' ? ({ keys, owner_id: ownerId } as const) : ({ keys } as const);
    await fresh(() => call('deactivateMember', { params: { member_id: member.id }, body }));
    flash(`${member.name} was deactivated and signed out everywhere.`);
    await refresh('listMembers', 'listApiKeys');
  }

  return (
    <Confirm opened={opened} title={`Deactivate ${member.name}?`} action="Deactivate" onConfirm={deactivate} onClose={onClose}>
      <Text size="sm">{member.email} is signed out everywhere at once and cannot sign in until somebody reactivates the member.</Text>
      {member.api_keys > 0 && (
        <Stack gap="sm">
          <Radio.Group
            label={`${count} as this member. What should happen to them?`}
            value={keys}
            onChange={(value) => setKeys(value === 'keep' ? 'keep' : 'disable')}
          >
            <Stack gap="xs" mt="xs">
              <Radio value="disable" label="Disable them" description="What uses them stops. They can be re-enabled one by one." />
              <Radio value="keep" label="Keep them under another owner" description="What uses them goes on, as the owner you choose." />
            </Stack>
          </Radio.Group>
          {keys === 'keep' && (
            <NativeSelect
              label="New owner"
              data={owners.map(({ id, name, email }) => ({ value: String(id), label: `${name} (${email})` }))}
              value={String(ownerId)}
              onChange={({ currentTarget }) => setOwnerId(Number(currentTarget.value))}
            />
          )}
        </Stack>
      )}
    </Confirm>
  );
}
