import { Menu, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import type { ApiKey } from '../../../../contract/account-api/api-keys.ts';
import { call } from '../../../api/client.ts';
import { useRefresh } from '../../../api/query.ts';
import { formatKeyDate } from '../../../components/dates.ts';
import { Problem } from '../../../components/problem.tsx';
import { DangerItem, RowMenu } from '../../../components/row-menu.tsx';
import { MenuCell, StackedCell, StackedRow } from '../../../components/stacked-table.tsx';
import { useAct } from '../../../components/use-act.ts';
import { paths } from '../../../paths.ts';
import { flash } from '../../../shell/flash.tsx';
import { useSession } from '../../../shell/session.tsx';
import { DeleteApiKey } from './delete-api-key.tsx';
import { KeyFacts } from './key-facts.tsx';
import { KeyStatus } from './key-status.tsx';

export function ApiKeyRow({ apiKey, hasApiAccess }: { apiKey: ApiKey; hasApiAccess: boolean }): ReactNode {
  const { account } = useSession();
  const refresh = useRefresh();
  const { error, run } = useAct();
  const [isDeleting, setDeleting] = useState(false);
  const { id, last4 } = apiKey;
  const isEnabled = apiKey.state === 'enabled';

  function turn(way: 'disableApiKey' | 'enableApiKey'): void {
    run(async () => {
      await call(way, { params: { key_id: id } });
      await refresh('listApiKeys');
      flash(`The key ending in ${last4} was ${way === 'disableApiKey' ? 'disabled' : 're-enabled'}.`);
    });
  }

  return (
    <StackedRow>
      <StackedCell label="Key (last 4)">
        <Text size="sm" ff="monospace">
          {last4}
        </Text>
      </StackedCell>
      <StackedCell label="Description">
        <Text size="sm">{apiKey.description}</Text>
        <KeyFacts facts={apiKey} />
        <Problem error={error} />
      </StackedCell>
      <StackedCell label="Created">
        <Text size="sm">{formatKeyDate(apiKey.created_at)}</Text>
        <Text size="sm" truncate maw={220} title={apiKey.created_by}>
          by {apiKey.created_by}
        </Text>
      </StackedCell>
      <StackedCell label="Status">
        <KeyStatus isEnabled={isEnabled} reason={findReason(apiKey)} />
      </StackedCell>
      <MenuCell>
        <RowMenu label={`Menu of the key ending in ${last4}`}>
          {isEnabled ? (
            <Menu.Item onClick={() => turn('disableApiKey')}>Disable this key</Menu.Item>
          ) : (
            <Menu.Item disabled={!hasApiAccess} onClick={() => turn('enableApiKey')}>
              Re-enable this key
            </Menu.Item>
          )}
          {isEnabled && !apiKey.expired && (
            <Menu.Item component={Link} to={paths.rotateApiKey(account.id, id)}>
              Rotate this key
            </Menu.Item>
          )}
          <DangerItem onClick={() => setDeleting(true)}>Delete this key</DangerItem>
        </RowMenu>
        <DeleteApiKey apiKey={apiKey} opened={isDeleting} onClose={() => setDeleting(false)} />
      </MenuCell>
    </StackedRow>
  );
}

/** Why the key does not work. */
function findReason({ state, state_reason: reason, state_changed_by: by, expired }: ApiKey): string | undefined {
  if (state === 'enabled') return expired ? 'Expired' : undefined;
  if (reason === 'plan') return 'by the plan';
  return by === '' ? undefined : `by ${by}`;
}
