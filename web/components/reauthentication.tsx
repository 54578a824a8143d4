/** Asks for the password again when a sensitive act needs it, then repeats the act (contract/account-api/route.ts, `fresh`). */
import { Button, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { createContext, use, useCallback, useMemo, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { AccountApiError } from '../../client/account-api.ts';
import { call } from '../api/client.ts';
import { FormButtons } from './form-buttons.tsx';

type Fresh = <T>(act: () => Promise<T>) => Promise<T>;

/** The member closed the dialog instead of giving the password. */
export class NotProvedError extends Error {
  override readonly name = 'NotProvedError';
}

const FreshContext = createContext<Fresh>((act) => act());

/** Runs an act; if the server wants the password again, asks for it and runs the act once more. Throws `NotProvedError`. */
export function useFresh(): Fresh {
  return use(FreshContext);
}

export function ReauthenticationProvider({ children }: { children: ReactNode }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const settle = useRef<(proved: boolean) => void>(undefined);

  const ask = useCallback(
    () =>
      new Promise<boolean>((resolve) => {
        settle.current = resolve;
        setOpen(true);
      }),
    [],
  );
  const finish = useCallback((proved: boolean) => {
    setOpen(false);
    settle.current?.(proved);
  }, []);
  const fresh = useMemo<Fresh>(
    () => async (act) => {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof AccountApiError) || error.code !== 'reauthentication_required') throw error;
        if (!(await ask())) throw new NotProvedError('The password was not given.');
        return act();
      }
    },
    [ask],
  );

  return (
    <FreshContext value={fresh}>
      {children}
      <Modal opened={isOpen} onClose={() => finish(false)} title="Confirm it is you" centered>
        {isOpen && <ProofForm onProved={() => finish(true)} onCancel={() => finish(false)} />}
      </Modal>
    </FreshContext>
  );
}

function ProofForm({ onProved, onCancel }: { onProved: () => void; onCancel: () => void }): ReactNode {
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [needsCode, setNeedsCode] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    try {
      await call('reauthenticate', { body: { password, ...(code === '' ? {} : { code }) } });
      onProved();
    } catch (error) {
      if (error instanceof AccountApiError && error.code === 'second_factor_required') setNeedsCode(true);
      setProblem(error instanceof AccountApiError ? error.reason : 'The server did not answer. Try again.');
      setBusy(false);
    }
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        <Text size="sm">This change is sensitive. Enter your password to go on.</Text>
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          data-autofocus
          required
          value={password}
          error={needsCode ? undefined : problem}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {needsCode && (
          <TextInput
            label="Code from your authenticator"
            autoComplete="one-time-code"
            required
            value={code}
            error={problem}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        )}
        <FormButtons>
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={isBusy}>
            Continue
          </Button>
        </FormButtons>
      </Stack>
    </form>
  );
}
