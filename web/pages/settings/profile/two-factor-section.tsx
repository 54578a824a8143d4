/** Two-factor sign-in: off, being set up, on. */
import { Button, Group, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { AccountReply } from '../../../../client/account-api.ts';
import type { Profile } from '../../../../contract/account-api/profile.ts';
import { call } from '../../../api/client.ts';
import { useRefresh } from '../../../api/query.ts';
import { Confirm } from '../../../components/confirm.tsx';
import { Problem } from '../../../components/problem.tsx';
import { useFresh } from '../../../components/reauthentication.tsx';
import { Section } from '../../../components/section.tsx';
import { useAct } from '../../../components/use-act.ts';
import { useSecret } from '../../../components/use-secret.ts';
import { flash } from '../../../shell/flash.tsx';
import { RecoveryCodeList } from './recovery-codes.tsx';
import { TwoFactorSetup } from './two-factor-setup.tsx';

export function TwoFactorSection({ profile }: { profile: Profile }): ReactNode {
  const refresh = useRefresh();
  const fresh = useFresh();
  const { isBusy, error, run } = useAct();
  const [setup, setSetup] = useSecret<AccountReply<'startTwoFactor'>>();
  const [codes, setCodes] = useSecret<readonly string[]>();
  const [isTurningOff, setTurningOff] = useState(false);

  function start(): void {
    run(async () => setSetup(await fresh(() => call('startTwoFactor', {}))));
  }

  async function confirm(code: string): Promise<void> {
    const reply = await fresh(() => call('confirmTwoFactor', { body: { code } }));
    setSetup(undefined);
    setCodes(reply.recovery_codes);
    flash('Two-factor sign-in is on.');
    await refresh('getProfile', 'getSession', 'listMembers');
  }

  function renew(): void {
    run(async () => {
      setCodes((await fresh(() => call('renewRecoveryCodes', {}))).recovery_codes);
      await refresh('getProfile');
    });
  }

  async function turnOff(): Promise<void> {
    await fresh(() => call('disableTwoFactor', {}));
    flash('Two-factor sign-in is off.');
    await refresh('getProfile', 'getSession', 'listMembers');
  }

  return (
    <Section
      title="Two-factor sign-in"
      helper="With it, signing in also asks for a code from an authenticator app on your phone, so that a stolen password is not enough."
    >
      {codes !== undefined && <RecoveryCodeList codes={codes} onDone={() => setCodes(undefined)} />}
      {setup !== undefined && <TwoFactorSetup setup={setup} onConfirm={confirm} onCancel={() => setSetup(undefined)} />}
      {codes === undefined && setup === undefined && (
        <>
          <Text size="sm">
            {profile.two_factor ? (
              <>
                <b>On</b>, with {profile.recovery_codes_left} recovery {profile.recovery_codes_left === 1 ? 'code' : 'codes'} left.
              </>
            ) : (
              <b>Off</b>
            )}
          </Text>
          <Problem error={error} />
          <Group>
            {profile.two_factor ? (
              <>
                <Button variant="outline" loading={isBusy} onClick={renew}>
                  Make New Recovery Codes
                </Button>
                <Button variant="outline" color="red" onClick={() => setTurningOff(true)}>
                  Turn Off
                </Button>
              </>
            ) : (
              <Button variant="outline" loading={isBusy} onClick={start}>
                Turn On
              </Button>
            )}
          </Group>
        </>
      )}
      <Confirm
        opened={isTurningOff}
        title="Turn two-factor sign-in off?"
        action="Turn Off"
        onConfirm={turnOff}
        onClose={() => setTurningOff(false)}
      >
        <Text size="sm">Your password alone will be enough to sign in, and your recovery codes end.</Text>
      </Confirm>
    </Section>
  );
}
