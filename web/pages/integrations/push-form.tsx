import { Anchor, Button, Paper, Select, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import { isWebhookType, maxWebhookKeyCharacters } from '../../../contract/webhook-types.ts';
import { read } from '../../api/query.ts';
import { Page } from '../../components/page.tsx';
import { FormButtons } from '../../components/form-buttons.tsx';
import { Problem } from '../../components/problem.tsx';
import { useAct } from '../../components/use-act.ts';
import { pushWords } from './push-words.ts';
import { SchemaSentence, useSchemaPreview } from './schema-name.tsx';

export interface PushFormInput {
  readonly displayName: string;
  /** Only when the member chose one that differs from the name. */
  readonly schemaName: string | undefined;
  readonly destinationId: number | undefined;
  /** Of a webhook integration; undefined: every record is a row of its own. */
  readonly primaryKey: string | undefined;
}

interface PushFormProps {
  readonly type: string;
  readonly onSave: (input: PushFormInput) => Promise<void>;
  readonly onCancel: () => void;
}

export function PushForm({ type, onSave, onCancel }: PushFormProps): ReactNode {
  const words = pushWords(type);
  const [displayName, setDisplayName] = useState('');
  const [schemaName, setSchemaName] = useState<string>();
  const [primaryKey, setPrimaryKey] = useState('');
  const [destinationId, setDestinationId] = useState<string | null>(null);
  const { data: destinations = [] } = useQuery(read('listDestinations', {}));
  const preview = useSchemaPreview(displayName, schemaName);
  const { isBusy, error, run } = useAct();
  const isChoosing = schemaName !== undefined;
  const choices = destinations.map(({ id, display_name: label }) => ({ value: String(id), label }));
  const chosen = destinationId ?? choices[0]?.value;
  const canSave = displayName.trim() !== '' && (!isChoosing || schemaName !== '') && preview.problem === undefined;

  function submit(event: FormEvent): void {
    event.preventDefault();
    run(() =>
      onSave({
        displayName: displayName.trim(),
        schemaName,
        destinationId: chosen === undefined ? undefined : Number(chosen),
        primaryKey: primaryKey.trim() === '' ? undefined : primaryKey.trim(),
      }),
    );
  }

  return (
    <Page title={`Configure your ${words.kind} integration`} helper={words.formHelper} narrow>
      <Paper withBorder p="lg">
        <form onSubmit={submit}>
          <Stack>
            <TextInput
              label="Integration Name"
              placeholder={`${words.kind} Integration Name`}
              required
              maxLength={255}
              autoComplete="off"
              data-autofocus
              value={displayName}
              error={isChoosing ? undefined : preview.problem}
              onChange={(event) => setDisplayName(event.currentTarget.value)}
            />
            {isChoosing && (
              <TextInput
                label="Integration Schema Name"
                description="Lower-case letters, digits, _ and $; it begins with a letter or _, and has fewer than 50 characters."
                required
                maxLength={255}
                autoComplete="off"
                autoFocus
                value={schemaName}
                error={preview.problem}
                onChange={(event) => setSchemaName(event.currentTarget.value)}
              />
            )}
            <SchemaSentence name={preview.problem === undefined ? preview.name : undefined} />
            {!isChoosing && (
              <Anchor component="button" type="button" size="sm" ta="start" onClick={() => setSchemaName(preview.name ?? '')}>
                Use a different schema name?
              </Anchor>
            )}
            {isWebhookType(type) && (
              <TextInput
                label="Primary Key"
                description="The top-level field that identifies a record, such as id: every record must have it, and the last one of a key is kept. Leave it empty to keep every record as a row of its own. It cannot be changed later."
                maxLength={maxWebhookKeyCharacters}
                autoComplete="off"
                value={primaryKey}
                onChange={(event) => setPrimaryKey(event.currentTarget.value)}
              />
            )}
            {choices.length > 1 && (
              <Select label="Target Destination" data={choices} value={chosen ?? null} allowDeselect={false} onChange={setDestinationId} />
            )}
            <Problem error={error} />
            <FormButtons>
              <Button variant="default" px="sm" onClick={onCancel}>
                Cancel
              </Button>
              <Button type="submit" px="sm" loading={isBusy} disabled={!canSave}>
                {words.save}
              </Button>
            </FormButtons>
          </Stack>
        </form>
      </Paper>
    </Page>
  );
}
