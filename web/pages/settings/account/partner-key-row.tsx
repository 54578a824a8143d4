import { Menu, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import type { PartnerKey } from '../../../../contract/account-api/partner-keys.ts';
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
import { DeletePartnerKey } from './delete-partner-key.tsx';
import { KeyFacts } from './key-facts.tsx';
import { KeyStatus } from './key-status.tsx';

export function PartnerKeyRow({ partnerKey }: { partnerKey: PartnerKey }): ReactNode {
  const refresh = useRefresh();
  const { error, run } = useAct();
  const [isDeleting, setDeleting] = useState(false);
  const { account } = useSession();
  const { id, partner } = partnerKey;
  const isEnabled = partnerKey.state === 'enabled';

  function turn(way: 'disablePartnerKey' | 'enablePartnerKey'): void {
    run(async () => {
      await call(way, { params: { key_id: id } });
      await refresh('listPartnerKeys');
      flash(`The key of ${partner} was ${way === 'disablePartnerKey' ? 'disabled' : 're-enabled'}.`);
    });
  }

  return (
    <StackedRow>
      <StackedCell label="Partner">
        <Text size="sm">{partner}</Text>
        <KeyFacts facts={partnerKey} />
        <Problem error={error} />
      </StackedCell>
      <StackedCell label="Created">
        <Text size="sm">{formatKeyDate(partnerKey.created_at)}</Text>
      </StackedCell>
      <StackedCell label="Status">
        <KeyStatus isEnabled={isEnabled} reason={undefined} />
      </StackedCell>
      <MenuCell>
        <RowMenu label={`Menu of the key of ${partner}`}>
          {isEnabled ? (
            <Menu.Item onClick={() => turn('disablePartnerKey')}>Disable this key</Menu.Item>
          ) : (
            <Menu.Item onClick={() => turn('enablePartnerKey')}>Re-enable this key</Menu.Item>
          )}
          <Menu.Item component={Link} to={`${paths.audit(account.id)}?actor=${encodeURIComponent(partnerKey.actor)}`}>
            See what it did
          </Menu.Item>
          <DangerItem onClick={() => setDeleting(true)}>Delete this key</DangerItem>
        </RowMenu>
        <DeletePartnerKey partnerKey={partnerKey} opened={isDeleting} onClose={() => setDeleting(false)} />
      </MenuCell>
    </StackedRow>
  );
}
