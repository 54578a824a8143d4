import { NativeSelect, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { roleNames, type Role } from '../../../../contract/account-api/roles.ts';

export type GivenRole = Extract<Role, 'administrator' | 'general_user'>;

export const givenRoles: readonly { value: GivenRole; label: string }[] = [
  { value: 'general_user', label: roleNames.general_user },
  { value: 'administrator', label: roleNames.administrator },
];

/** The dropdown beside a name; plain text for whom may not change it. */
export function RoleSelect({
  roles,
  of,
  isFixed,
  isBusy,
  onChange,
}: {
  roles: readonly Role[];
  /** Whose role. */
  of: string;
  isFixed: boolean;
  isBusy: boolean;
  onChange: (role: GivenRole) => void;
}): ReactNode {
  if (isFixed) return <Text size="sm">{roles.map((role) => roleNames[role]).join(', ')}</Text>;
  return (
    <>
      <NativeSelect
        size="xs"
        maw={170}
        aria-label={`Role of ${of}`}
        data={[...givenRoles]}
        disabled={isBusy}
        value={roles.includes('administrator') ? 'administrator' : 'general_user'}
        onChange={({ currentTarget }) => onChange(currentTarget.value as GivenRole)}
      />
      {roles.includes('invoice_admin') && <Text size="xs">{roleNames.invoice_admin}</Text>}
    </>
  );
}
