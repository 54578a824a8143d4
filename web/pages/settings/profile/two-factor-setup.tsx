/** Scan, type the first code, done. Nothing changes before the code was right. */
import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import type { AccountReply } from '../../../../client/account-api.ts';
import { CopyField } from '../../../components/copy-field.tsx';
import { FormButtons } from '../../../components/form-buttons.tsx';
import { Problem } from '../../../components/problem.tsx';
import { useAct } from '../../../components/use-act.ts';
import { QrCode } from './qr-code.tsx';

export function TwoFactorSetup({
  setup,
  onConfirm,
  onCancel,
}: {
  setup: AccountReply<'startTwoFactor'>;
  onConfirm: (code: string) => Promise<void>;
  onCancel: () => void;
}): ReactNode {
  const { isBusy, error, run } = useAct();
  const [code, setCode] = useState('');

  function submit(event: FormEvent): void {
    event.preventDefault();
    run(() => onConfirm(code));
  }

  return (
    <form onSubmit={submit}>
      <Stack maw={440}>
        <Text size="sm">Scan this with your authenticator app, or type the secret below into it.</Text>
        <QrCode text={setup.uri} label="QR code for your authenticator app" />
        <CopyField label="Secret" value={setup.secret} />
        <TextInput
          label="Code from your authenticator"
          description="The six digits it shows now."
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          minLength={6}
          maxLength={6}
          value={code}
          onChange={({ currentTarget }) => setCode(currentTarget.value)}
        />
        <Problem error={error} />
        <FormButtons>
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={isBusy}>
            Turn On
          </Button>
        </FormButtons>
      </Stack>
    </form>
  );
}
