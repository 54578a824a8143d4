import { Badge, Code, Group, Stack, Table, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { CodeBlock } from '../../components/code-block.tsx';
import type { Operation, Parameter } from './api-document.ts';
import classes from './operation-details.module.css';
import { writeSchema } from './write-schema.ts';

/** One operation: closed it says what it does; open, what it takes and answers. */
export function OperationDetails({ operation }: { operation: Operation }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className={classes.operation} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={classes.summary}>
        <Badge variant="default" radius="sm" component="span">
          {operation.method}
        </Badge>{' '}
        <Code className={classes.path}>{operation.path}</Code>{' '}
        <Text span size="sm">
          {operation.summary}
        </Text>
      </summary>
      {isOpen && <Content operation={operation} />}
    </details>
  );
}

function Content({ operation: { operationId, parameters = [], requestBody, responses } }: { operation: Operation }): ReactNode {
  const body = requestBody?.content['application/json'];
  const examples = Object.values(body?.examples ?? {});
  return (
    <Stack gap="sm" p="sm">
      {parameters.length > 0 && <Parameters parameters={parameters} label={`Parameters of ${operationId}`} />}
      {body?.schema !== undefined && (
        <>
          <Label>{requestBody?.required === true ? 'Body' : 'Body, optional'}</Label>
          <CodeBlock code={writeSchema(body.schema)} label={`Body of ${operationId}`} />
        </>
      )}
      {examples.map(({ value }, index) => (
        <Stack key={index} gap="sm">
          <Label>Example</Label>
          <CodeBlock code={JSON.stringify(value, undefined, 2)} label={`Example ${index + 1} of ${operationId}`} />
        </Stack>
      ))}
      {Object.entries(responses).map(([status, { description, content }]) => {
        const schema = content?.['application/json']?.schema;
        return (
          <Stack key={status} gap="xs">
            <Group gap="xs">
              <Label>{status}</Label>
              <Text size="sm">{description}</Text>
            </Group>
            {schema !== undefined && <CodeBlock code={writeSchema(schema)} label={`Answer ${status} of ${operationId}`} />}
          </Stack>
        );
      })}
    </Stack>
  );
}

function Label({ children }: { children: ReactNode }): ReactNode {
  return (
    <Text fw={600} size="sm">
      {children}
    </Text>
  );
}

function Parameters({ parameters, label }: { parameters: readonly Parameter[]; label: string }): ReactNode {
  return (
    <Table.ScrollContainer minWidth={280} type="native" tabIndex={0} role="region" aria-label={label}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Parameter</Table.Th>
            <Table.Th>In</Table.Th>
            <Table.Th>Value</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {parameters.map(({ name, in: place, required = false, schema = {} }) => (
            <Table.Tr key={name}>
              <Table.Td>
                <Code>{name}</Code>
              </Table.Td>
              <Table.Td>{required ? place : `${place}, optional`}</Table.Td>
              <Table.Td>{writeSchema(schema)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
