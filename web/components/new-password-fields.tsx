/** A new password, typed twice. */
import { PasswordInput } from '@mantine/core';
import type { ReactNode } from 'react';

export interface NewPassword {
  readonly password: string;
  readonly again: string;
}

export const emptyPassword: NewPassword = { password: '', again: '' };
const passwordAdvice = 'At least 12 characters. A few words of your own choosing are better than one clever word.';

/** Why the two fields cannot be sent yet; undefined when they can. */
export function findPasswordProblem({ password, again }: NewPassword): { field: keyof NewPassword; text: string } | undefined {
  if (password.length < 12) return { field: 'password', text: 'Use at least 12 characters.' };
  if (password !== again) return { field: 'again', text: 'The two passwords are not the same.' };
  return undefined;
}

export function NewPasswordFields({
  value,
  problem,
  labels = { password: 'Password', again: 'Password again' },
  onChange,
}: {
  value: NewPassword;
  problem: ReturnType<typeof findPasswordProblem>;
  labels?: Readonly<Record<keyof NewPassword, string>>;
  onChange: (value: NewPassword) => void;
}): ReactNode {
  const errorOf = (field: keyof NewPassword): string | undefined => (problem?.field === field ? problem.text : undefined);
  return (
    <>
      <PasswordInput
        label={labels.password}
        description={passwordAdvice}
        autoComplete="new-password"
        required
        value={value.password}
        error={errorOf('password')}
        onChange={({ currentTarget }) => onChange({ ...value, password: currentTarget.value })}
      />
      <PasswordInput
        label={labels.again}
        autoComplete="new-password"
        required
        value={value.again}
        error={errorOf('again')}
        onChange={({ currentTarget }) => onChange({ ...value, again: currentTarget.value })}
      />
    </>
  );
}
