/** Import tokens or webhook URLs of an integration (web-app.md §6.2, §6.4): at most two, oldest first, each to be disabled, revoked or brought back. */
import { Button, Group, Select, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { maxImportTokens } from '../../../contract/account-api/limits.ts';
import type { ImportToken } from '../../../contract/account-api/sources.ts';
import { call } from '../../api/client.ts';
import { createIdempotencyKey } from '../../api/idempotency-key.ts';
import { read, useRefresh } from '../../api/query.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Problem } from '../../components/problem.tsx';
import { Section } from '../../components/section.tsx';
import { StackedTable } from '../../components/stacked-table.tsx';
import { useAct } from '../../components/use-act.ts';
import { paths } from '../../paths.ts';
import { useSession } from '../../shell/session.tsx';
import { useIntegration } from './integration-context.ts';
import { pushWords } from './push-words.ts';
import { RevokeToken } from './revoke-token.tsx';
import { RevokedTokens } from './revoked-tokens.tsx';
import { RotationHint } from './rotation-hint.tsx';
import { TokenRow } from './token-row.tsx';

export function TokensSection(): ReactNode {
  const { integration } = useIntegration();
  const { one, title } = pushWords(integration.type);
  const tokens = useQuery({ ...read('listImportTokens', { params: { source_id: integration.id } }), refetchInterval: 15_000 });
  const [revoking, setRevoking] = useState<ImportToken>();
  return (
    <Section
      title={title}
      helper={`An integration may have up to two ${one}s, so that one can replace the other without a gap. If one is lost, generate a replacement, put it into use, then revoke the old one.`}
    >
      <Loaded query={tokens}>
        {(all) => {
          const kept = all.filter(({ state }) => state !== 'deleted');
          return (
            <>
              <RotationHint tokens={kept} />
              {kept.length === 0 ? (
                <Text size="sm">There is no {one}: nothing can be sent.</Text>
              ) : (
                <StackedTable label={title} columns={['Date Created', 'Status', 'Last used']} hasMenu>
                  {kept.map((token) => (
                    <TokenRow key={token.id} token={token} onRevoke={() => setRevoking(token)} />
                  ))}
                </StackedTable>
              )}
              <RevokedTokens tokens={all} slots={maxImportTokens - kept.length} />
              <Generate isFull={kept.length >= maxImportTokens} />
            </>
          );
        }}
      </Loaded>
      <RevokeToken token={revoking} onClose={() => setRevoking(undefined)} />
    </Section>
  );
}

const lives = [
  { value: 'never', label: 'Never expires' },
  { value: '30', label: 'Expires in 30 days' },
  { value: '90', label: 'Expires in 90 days' },
  { value: '365', label: 'Expires in a year' },
];

function Generate({ isFull }: { isFull: boolean }): ReactNode {
  const { account } = useSession();
  const { integration, setSecret } = useIntegration();
  const words = pushWords(integration.type);
  const navigate = useNavigate();
  const refresh = useRefresh();
  const { isBusy, error, run } = useAct();
  const [life, setLife] = useState('never');
  // One key until a token was made, so that a repeated click or a lost answer never takes the second slot.
  const idempotencyKey = useRef(createIdempotencyKey());

  async function generate(): Promise<void> {
    const expiresAt = life === 'never' ? null : new Date(Date.now() + Number(life) * 86_400_000).toISOString();
    const { secret, url } = await call('createImportToken', {
      params: { source_id: integration.id },
      body: { expires_at: expiresAt },
      idempotencyKey: idempotencyKey.current,
    });
    setSecret(url ?? secret);
    await navigate(paths.newToken(account.id, integration.id));
    await refresh('listImportTokens', 'listIntegrations', 'getIntegration', 'summarizeIntegration');
  }

  return (
    <>
      <Problem error={error} />
      <Group>
        <Button
          variant="outline"
          loading={isBusy}
          disabled={isFull}
          aria-describedby={isFull ? 'tokens-full' : undefined}
          onClick={() => run(generate)}
        >
          {words.generate}
        </Button>
        {isFull ? (
          <Text size="sm" id="tokens-full">
            There are two {words.one}s already. Revoke one to generate another.
          </Text>
        ) : (
          <Select
            aria-label={`Expiry of the new ${words.one}`}
            data={lives}
            value={life}
            allowDeselect={false}
            w={190}
            onChange={(value) => setLife(value ?? 'never')}
          />
        )}
      </Group>
    </>
  );
}
