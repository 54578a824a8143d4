/** The form of a destination: name, description and what its kind asks for. A kept credential is never shown, only replaced. */
import { Button, PasswordInput, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import type { Destination, DestinationType } from '../../../contract/account-api/destinations.ts';
import { FormButtons } from '../../components/form-buttons.tsx';
import { Problem } from '../../components/problem.tsx';
import { useAct } from '../../components/use-act.ts';

export interface DestinationInput {
  readonly display_name: string;
  readonly description: string | null;
  /** Without those left empty. */
  readonly properties: Record<string, string>;
}

type Property = DestinationType['properties'][number];

export function DestinationForm({
  type,
  existing,
  isTakenOver = false,
  action,
  onSave,
  onCancel,
}: {
  type: DestinationType;
  existing?: Destination;
  /** The credentials were somebody else's: each is entered again, and nothing but the connection is asked for. */
  isTakenOver?: boolean;
  /** Label of the button that saves. */
  action: string;
  onSave: (input: DestinationInput) => Promise<void>;
  onCancel: () => void;
}): ReactNode {
  const { isBusy, error, run } = useAct();
  const [name, setName] = useState(existing?.display_name ?? type.title);
  const [description, setDescription] = useState(existing?.description ?? '');
  const [values, setValues] = useState<Record<string, string>>(() =>
    Object.fromEntries(type.properties.map((property) => [property.name, existing?.properties[property.name] ?? firstValue(property)])),
  );

  function submit(event: FormEvent): void {
    event.preventDefault();
    const properties = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
    run(async () => {
      await onSave({ display_name: name.trim(), description: description.trim() === '' ? null : description.trim(), properties });
      // What was typed into them is on the server now, and shall not stay here.
      const hidden = type.properties.filter(({ credential }) => credential).map((property) => [property.name, ''] as const);
      setValues((before) => ({ ...before, ...Object.fromEntries(hidden) }));
    });
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        {!isTakenOver && (
          <>
            <TextInput
              label="Display Name"
              required
              maxLength={255}
              autoComplete="off"
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <TextInput
              label="Description (optional)"
              maxLength={1000}
              value={description}
              onChange={(event) => setDescription(event.currentTarget.value)}
            />
          </>
        )}
        {type.properties.map((property) => (
          <PropertyField
            key={property.name}
            property={property}
            isKept={!isTakenOver && (existing?.kept_credentials.includes(property.name) ?? false)}
            autoFocus={isTakenOver && property.credential}
            value={values[property.name] ?? ''}
            onChange={(value) => setValues((before) => ({ ...before, [property.name]: value }))}
          />
        ))}
        <Problem error={error} />
        <FormButtons>
          <Button variant="default" px="sm" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" px="sm" loading={isBusy}>
            {action}
          </Button>
        </FormButtons>
      </Stack>
    </form>
  );
}

/** A required choice begins with its first value; everything else empty. */
function firstValue({ required, values }: Property): string {
  return (required ? values?.[0] : undefined) ?? '';
}

function PropertyField({
  property,
  isKept,
  autoFocus,
  value,
  onChange,
}: {
  property: Property;
  isKept: boolean;
  autoFocus: boolean;
  value: string;
  onChange: (value: string) => void;
}): ReactNode {
  const { title, required, credential, values, help } = property;
  const kept = isKept ? 'One is kept and not shown. Leave it empty to keep it; a new host or port needs it again.' : undefined;
  const shared = { label: required ? title : `${title} (optional)`, description: kept ?? help ?? undefined };
  if (values !== null) {
    return (
      <Select
        {...shared}
        data={values}
        value={value === '' ? null : value}
        required={required}
        allowDeselect={!required}
        onChange={(next) => onChange(next ?? '')}
      />
    );
  }
  const typed = { ...shared, value, required: required && !isKept };
  if (credential) {
    return (
      <PasswordInput
        {...typed}
        autoFocus={autoFocus}
        autoComplete="new-password"
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  if (/cert/i.test(property.name)) {
    return <Textarea {...typed} rows={4} classNames={{ input: 'secret' }} onChange={(event) => onChange(event.currentTarget.value)} />;
  }
  return <TextInput {...typed} autoComplete="off" onChange={(event) => onChange(event.currentTarget.value)} />;
}
