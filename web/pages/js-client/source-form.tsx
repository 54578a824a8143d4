/** The form of an integration, as the card of its type asks. A kept credential is never shown, only replaced. */
import { Button, PasswordInput, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import type { SourceField, SourceForm as Form } from '../../../contract/account-api/source-forms.ts';
import { FormButtons } from '../../components/form-buttons.tsx';
import { Problem } from '../../components/problem.tsx';
import { useAct } from '../../components/use-act.ts';
import { SchemaSentence, useSchemaPreview } from '../integrations/schema-name.tsx';
import { toText, toValue } from './field-values.ts';

export interface SourceInput {
  readonly displayName: string;
  /** What was filled in or changed. */
  readonly properties: Record<string, unknown>;
}

interface Existing {
  readonly displayName: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly kept: readonly string[];
}

export function SourceForm({
  form,
  existing,
  asksName = true,
  action,
  onSave,
  onCancel,
}: {
  form: Form;
  existing?: Existing;
  asksName?: boolean;
  /** Label of the button that saves. */
  action: string;
  onSave: (input: SourceInput) => Promise<void>;
  onCancel: () => void;
}): ReactNode {
  const { isBusy, error, run } = useAct();
  const [name, setName] = useState(existing?.displayName ?? '');
  const before = Object.fromEntries(form.fields.map((field) => [field.name, toText(field, existing?.values[field.name])]));
  const [texts, setTexts] = useState<Record<string, string>>(before);
  const preview = useSchemaPreview(existing === undefined ? name : '', undefined);

  function submit(event: FormEvent): void {
    event.preventDefault();
    const changed = form.fields.filter((field) => texts[field.name] !== before[field.name]);
    const properties = Object.fromEntries(changed.map((field) => [field.name, toValue(field, texts[field.name] ?? '')]));
    run(() => onSave({ displayName: name.trim(), properties }));
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        {asksName && (
          <>
            <TextInput
              label="Integration Name"
              required
              maxLength={255}
              autoComplete="off"
              value={name}
              error={preview.problem}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            {existing === undefined && <SchemaSentence name={preview.problem === undefined ? preview.name : undefined} />}
          </>
        )}
        {form.fields.map((field) => (
          <Field
            key={field.name}
            field={field}
            isKept={existing?.kept.includes(field.name) ?? false}
            isSet={before[field.name] !== ''}
            value={texts[field.name] ?? ''}
            onChange={(value) => setTexts((all) => ({ ...all, [field.name]: value }))}
          />
        ))}
        <Problem error={error} />
        <FormButtons>
          <Button variant="default" px="sm" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" px="sm" loading={isBusy} disabled={asksName && (name.trim() === '' || preview.problem !== undefined)}>
            {action}
          </Button>
        </FormButtons>
      </Stack>
    </form>
  );
}

function Field({
  field,
  isKept,
  isSet,
  value,
  onChange,
}: {
  field: SourceField;
  isKept: boolean;
  isSet: boolean;
  value: string;
  onChange: (value: string) => void;
}): ReactNode {
  const { title, required, credential, fixed, kind, values } = field;
  const shared = {
    label: required ? title : `${title} (optional)`,
    required: required && !isKept,
    disabled: fixed && isSet,
    description: isKept ? 'One is kept and not shown. Leave it empty to keep it.' : undefined,
    value,
  };
  if (credential) {
    return <PasswordInput {...shared} autoComplete="new-password" onChange={(event) => onChange(event.currentTarget.value)} />;
  }
  if (kind === 'choice') {
    return (
      <Select
        {...shared}
        data={values}
        value={value === '' ? null : value}
        allowDeselect={!required}
        onChange={(next) => onChange(next ?? '')}
      />
    );
  }
  if (kind === 'list' || kind === 'json') {
    const help = kind === 'list' ? 'One on each line.' : 'In JSON.';
    return <Textarea {...shared} rows={3} description={help} onChange={(event) => onChange(event.currentTarget.value)} />;
  }
  return (
    <TextInput
      {...shared}
      {...(kind === 'date' ? { type: 'date' } : {})}
      autoComplete="off"
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
