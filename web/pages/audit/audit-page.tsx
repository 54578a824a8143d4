/** Who changed what, newest first. Filters are in the address, so that a view can be passed on. */
import { Button, CloseButton, Group, Stack, Text, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { call } from '../../api/client.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { AuditTable } from './audit-table.tsx';

type Filter = 'actor' | 'subject';

export function AuditPage(): ReactNode {
  const [search, setSearch] = useSearchParams();
  const filter = Object.fromEntries(
    (['actor', 'subject'] as const).flatMap((name) => (search.get(name) ? [[name, search.get(name)]] : [])),
  );
  const log = useInfiniteQuery({
    queryKey: ['listAudit', filter],
    initialPageParam: '',
    queryFn: ({ pageParam }) => call('listAudit', { query: { ...filter, ...(pageParam === '' ? {} : { before: pageParam }) } }),
    getNextPageParam: ({ entries, more }) => (more ? String(entries.at(-1)?.seq) : undefined),
  });

  function narrow(name: Filter, value: string): void {
    setSearch((before) => {
      const after = new URLSearchParams(before);
      if (value === '') after.delete(name);
      else after.set(name, value);
      return after;
    });
  }

  return (
    <Page title="Audit log" helper="Every change in this account: who made it, when, from where. Times are UTC.">
      <Stack>
        <Group align="flex-end">
          <FilterField
            key={`actor ${filter['actor']}`}
            label="Actor"
            example="member:7"
            value={filter['actor']}
            onChange={(value) => narrow('actor', value)}
          />
          <FilterField
            key={`subject ${filter['subject']}`}
            label="Subject"
            example="api_key:12"
            value={filter['subject']}
            onChange={(value) => narrow('subject', value)}
          />
        </Group>
        <Loaded query={log}>
          {({ pages }) => {
            const entries = pages.flatMap((page) => page.entries);
            if (entries.length === 0) return <Text size="sm">Nothing is on record.</Text>;
            return (
              <Stack>
                <AuditTable entries={entries} onNarrow={narrow} />
                {log.hasNextPage && (
                  <Group justify="center">
                    <Button variant="default" loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
                      Show older entries
                    </Button>
                  </Group>
                )}
              </Stack>
            );
          }}
        </Loaded>
      </Stack>
    </Page>
  );
}

function FilterField({
  label,
  example,
  value = '',
  onChange,
}: {
  label: string;
  example: string;
  value?: string | undefined | null;
  onChange: (value: string) => void;
}): ReactNode {
  const [typed, setTyped] = useState(value ?? '');

  function submit(event: FormEvent): void {
    event.preventDefault();
    onChange(typed.trim());
  }

  return (
    <form onSubmit={submit}>
      <TextInput
        label={label}
        placeholder={example}
        value={typed}
        maxLength={100}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={() => onChange(typed.trim())}
        rightSection={typed === '' ? undefined : <CloseButton size="sm" aria-label={`Clear ${label}`} onClick={() => onChange('')} />}
      />
    </form>
  );
}
