/** The fields about a person that several forms have, with what browsers need to fill them in. */
import { TextInput } from '@mantine/core';
import type { ReactNode } from 'react';

interface FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function CompanyField({ value, onChange }: FieldProps): ReactNode {
  return (
    <TextInput
      label="Company Name"
      autoComplete="organization"
      required
      maxLength={200}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

export function NameField({ value, onChange }: FieldProps): ReactNode {
  return (
    <TextInput
      label="Full Name"
      autoComplete="name"
      required
      maxLength={200}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

/** `username` where the address is what one signs in with on this form. */
export function EmailField({ value, onChange, autoComplete }: FieldProps & { autoComplete: 'username' | 'email' }): ReactNode {
  return (
    <TextInput
      label="Email Address"
      type="email"
      autoComplete={autoComplete}
      required
      maxLength={254}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}
