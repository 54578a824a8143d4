import { Anchor, Collapse, Stack, Text } from '@mantine/core';
import { useId, useState, type ReactNode } from 'react';
import type { AuditEntry } from '../../../contract/account-api/account.ts';
import { CodeBlock } from '../../components/code-block.tsx';
import { formatKeyDate } from '../../components/dates.ts';
import { StackedCell, StackedRow, StackedTable } from '../../components/stacked-table.tsx';

export function AuditTable({
  entries,
  onNarrow,
}: {
  entries: readonly AuditEntry[];
  onNarrow: (name: 'actor' | 'subject', value: string) => void;
}): ReactNode {
  return (
    <StackedTable label="Audit log" columns={['Time', 'Actor', 'Change', 'Subject']}>
      {entries.map((entry) => (
        <StackedRow key={entry.seq}>
          <StackedCell label="Time">
            <Text size="sm">{formatKeyDate(entry.at)}</Text>
          </StackedCell>
          <StackedCell label="Actor">
            <Only value={entry.actor} words={entry.actor_name} onClick={() => onNarrow('actor', entry.actor)} />
            {entry.address !== null && (
              <Text size="xs" c="dimmed">
                from {entry.address}
              </Text>
            )}
          </StackedCell>
          <StackedCell label="Change">
            <Change entry={entry} />
          </StackedCell>
          <StackedCell label="Subject">
            <Only value={entry.subject} words={entry.subject} onClick={() => onNarrow('subject', entry.subject)} />
          </StackedCell>
        </StackedRow>
      ))}
    </StackedTable>
  );
}

/** Narrows the log to one actor or subject. */
function Only({ value, words, onClick }: { value: string; words: string; onClick: () => void }): ReactNode {
  return (
    <Anchor component="button" type="button" size="sm" ta="start" aria-label={`Only ${words}`} title={value} onClick={onClick}>
      {words}
    </Anchor>
  );
}

/** `api_key.create`, and on request what was there before and after. */
function Change({ entry }: { entry: AuditEntry }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const hasDetails = entry.before !== null || entry.after !== null || entry.request_id !== null;
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {entry.verb}
      </Text>
      {hasDetails && (
        <Anchor
          component="button"
          type="button"
          size="xs"
          ta="start"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? 'Close details' : 'View details'}
        </Anchor>
      )}
      <Collapse expanded={isOpen} id={id}>
        <Stack gap="xs" maw={420}>
          <State words="Before" value={entry.before} />
          <State words="After" value={entry.after} />
          {entry.request_id !== null && (
            <Text size="xs" c="dimmed">
              Request {entry.request_id}
            </Text>
          )}
        </Stack>
      </Collapse>
    </Stack>
  );
}

function State({ words, value }: { words: string; value: unknown }): ReactNode {
  if (value === null || value === undefined) return null;
  return (
    <div>
      <Text size="xs" c="dimmed">
        {words}
      </Text>
      <CodeBlock label={words} code={JSON.stringify(value, null, 2)} />
    </div>
  );
}
