/** While a new token replaces an old one: who still uses the old one, or that it may go. */
import { Alert, List, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { ImportToken } from '../../../contract/account-api/sources.ts';
import { read } from '../../api/query.ts';
import { formatAgo, formatTokenDate } from '../../components/dates.ts';
import { useIntegration } from './integration-context.ts';
import { pushWords } from './push-words.ts';

export function RotationHint({ tokens }: { tokens: readonly ImportToken[] }): ReactNode {
  const { integration } = useIntegration();
  const { one } = pushWords(integration.type);
  const enabled = tokens.filter(({ state, expired }) => state === 'enabled' && !expired);
  const old = enabled.find(({ superseded }) => superseded);
  const next = enabled.findLast((token) => token !== old);
  if (old === undefined || next === undefined) return null;
  if (old.unused_since_superseded) {
    return (
      <Alert color="green" p="sm">
        The older {one} was not used since the newer one was made ({formatTokenDate(next.created_at)}): it is safe to revoke.
      </Alert>
    );
  }
  return <StillUsing old={old} since={next.created_at} />;
}

function StillUsing({ old, since }: { old: ImportToken; since: string }): ReactNode {
  const { integration } = useIntegration();
  const params = { source_id: integration.id, token_id: old.id };
  const { data } = useQuery({ ...read('getImportToken', { params }), refetchInterval: 15_000 });
  const users = (data?.recent_uses ?? []).filter(({ last_at: at }) => at >= since);
  return (
    <Alert color="yellow" p="sm" title={`The older ${pushWords(integration.type).one} is still in use`}>
      {users.length === 0 ? (
        <Text size="sm">Switch everything that sends with it to the newer one, then revoke it.</Text>
      ) : (
        <List size="sm">
          {users.slice(0, 5).map(({ address, agent, last_at: at }) => (
            <List.Item key={`${address} ${agent}`}>
              {agent === '' ? 'A client without a name' : agent} from {address}, last {formatAgo(at)}
            </List.Item>
          ))}
        </List>
      )}
    </Alert>
  );
}
