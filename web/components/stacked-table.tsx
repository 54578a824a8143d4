/** A table of the settings: columns on a wide screen, one block per row on a narrow one. The roles survive the change of `display`. */
import { Table, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './stacked-table.module.css';

/** `columns` are the headings; with `hasMenu` a last column without a visible one follows. */
export function StackedTable({
  label,
  columns,
  hasMenu = false,
  children,
}: {
  label: string;
  columns: readonly string[];
  hasMenu?: boolean;
  children: ReactNode;
}): ReactNode {
  return (
    <Table className={classes.table} role="table" aria-label={label}>
      <Table.Thead role="rowgroup">
        <Table.Tr role="row">
          {columns.map((column) => (
            <Table.Th key={column} role="columnheader">
              {column}
            </Table.Th>
          ))}
          {hasMenu && (
            <Table.Th role="columnheader">
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          )}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody role="rowgroup">{children}</Table.Tbody>
    </Table>
  );
}

/** One row; its children are `StackedCell` and `MenuCell`. */
export function StackedRow({ children }: { children: ReactNode }): ReactNode {
  return <Table.Tr role="row">{children}</Table.Tr>;
}

export function StackedCell({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    <Table.Td role="cell" data-label={label}>
      <div>{children}</div>
    </Table.Td>
  );
}

export function MenuCell({ children }: { children: ReactNode }): ReactNode {
  return (
    <Table.Td role="cell" className={classes.menu}>
      {children}
    </Table.Td>
  );
}
