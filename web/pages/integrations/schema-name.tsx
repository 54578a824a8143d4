/** Which schema an integration will have, said while its name is typed. */
import { Group, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconAlertCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { read } from '../../api/query.ts';
import classes from './schema-name.module.css';

interface Preview {
  /** Undefined until the server has answered for what is typed now. */
  readonly name: string | undefined;
  /** Why it cannot be used. */
  readonly problem: string | undefined;
}

/** Asks the server, a moment after the last key, what the names would give. `chosen` is a schema name the member wrote. */
export function useSchemaPreview(displayName: string, chosen: string | undefined): Preview {
  const typed = JSON.stringify([displayName, chosen]);
  const [settled] = useDebouncedValue(typed, 250);
  const [title, own] = JSON.parse(settled) as [string, string | null];
  const { data } = useQuery({
    ...read('previewIntegrationName', { body: { display_name: title, ...(own === null ? {} : { name: own }) } }),
    enabled: title.trim() !== '' || (own !== null && own !== ''),
    staleTime: 0,
  });
  if (settled !== typed || data === undefined) return { name: undefined, problem: undefined };
  return { name: data.name, problem: data.problem ?? undefined };
}

/** `fixed`: the schema exists, so nothing is asked and nothing is warned of. */
export function SchemaSentence({ name, fixed = false }: { name: string | undefined; fixed?: boolean }): ReactNode {
  return (
    <Group gap={6} wrap="nowrap" align="flex-start" aria-live="polite" mih={22}>
      {name !== undefined && name !== '' && (
        <>
          <IconAlertCircle size={18} className={classes.sign} aria-hidden="true" />
          <Text size="sm">
            Will appear in your data warehouse as <b className={classes.name}>{name}</b>.{' '}
            {fixed ? 'The schema keeps this name.' : 'It cannot be changed once the integration is saved.'}
          </Text>
        </>
      )}
    </Group>
  );
}
