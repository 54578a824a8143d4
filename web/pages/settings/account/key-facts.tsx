/** The quiet lines below a key: how it was used last, when it ends. */
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { LastDenied, LastUse } from '../../../../contract/account-api/common.ts';
import { formatAgo, formatKeyDate } from '../../../components/dates.ts';

interface Facts {
  readonly last_used: LastUse;
  readonly last_denied?: LastDenied;
  readonly expires_at?: string | null;
  readonly expired?: boolean;
  readonly unused?: boolean;
}

export function KeyFacts({ facts }: { facts: Facts }): ReactNode {
  const { last_used: used, last_denied: denied, expires_at: expiresAt, expired, unused } = facts;
  return (
    <>
      <Line>{used === null ? 'Never used' : `Last used ${formatAgo(used.at)} from ${used.address}${withClient(used.agent)}`}</Line>
      {denied !== undefined && denied !== null && (
        <Line>
          Last denied {formatAgo(denied.at)}: {denied.reason.replaceAll('_', ' ')}
        </Line>
      )}
      {expiresAt !== undefined && expiresAt !== null && (
        <Line>
          {expired === true ? 'Expired' : 'Expires'} {formatKeyDate(expiresAt)}
        </Line>
      )}
      {unused === true && <Line isStrong>Not used for 90 days. Consider deleting it.</Line>}
    </>
  );
}

function withClient(agent: string): string {
  return agent === '' ? '' : ` with ${agent}`;
}

function Line({ children, isStrong = false }: { children: ReactNode; isStrong?: boolean }): ReactNode {
  return (
    <Text size="xs" {...(isStrong ? { fw: 600 } : { c: 'dimmed' })}>
      {children}
    </Text>
  );
}
