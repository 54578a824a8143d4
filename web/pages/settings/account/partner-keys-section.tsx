/** Partner keys (web-app.md §2.2). */
import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { read } from '../../../api/query.ts';
import { Problem } from '../../../components/problem.tsx';
import { Section } from '../../../components/section.tsx';
import { StackedTable } from '../../../components/stacked-table.tsx';
import { PartnerKeyRow } from './partner-key-row.tsx';

export function PartnerKeysSection(): ReactNode {
  const { data, error } = useQuery(read('listPartnerKeys', {}));
  return (
    <Section
      title="Partner keys"
      helper="These partners can act for your account through the API. You connect one from its own application."
    >
      <Problem error={error} />
      {data === undefined && error === null && <Skeleton h={60} />}
      {data?.length === 0 && <Text size="sm">No current partner keys</Text>}
      {data !== undefined && data.length > 0 && (
        <StackedTable label="Partner keys" columns={['Partner', 'Created', 'Status']} hasMenu>
          {data.map((key) => (
            <PartnerKeyRow key={key.id} partnerKey={key} />
          ))}
        </StackedTable>
      )}
    </Section>
  );
}
