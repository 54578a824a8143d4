/** A table of the settings: columns on a wide screen, one block per row on a narrow one. The roles survive the change of `display`. */
import { Table, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './stacked-table.module.css';

/** A heading that sorts. */
export interface SortedColumn {
  readonly label: string;
  readonly direction: 'ascending' | 'descending';
  readonly onTurn: () => void;
}

/** `columns` are the headings; with `hasMenu` a last column without a visible one follows. */
export function StackedTable({
  label,
  columns,
  hasMenu = false,
  endsInNumbers = false,
  children,
}: {
  label: string;
  columns: readonly (string | SortedColumn)[];
  hasMenu?: boolean;
  /** The last column holds numbers, written at its right edge. */
  endsInNumbers?: boolean;
  children: ReactNode;
}): ReactNode {
  return (
    <Table className={`${classes.table} ${endsInNumbers ? classes.numbers : ''}`} role="table" aria-label={label}>
      <Table.Thead role="rowgroup">
        <Table.Tr role="row">
          {columns.map((column) =>
            typeof column === 'string' ? (
              <Table.Th key={column} role="columnheader">
                {column}
              </Table.Th>
            ) : (
              <Table.Th key={column.label} role="columnheader" aria-sort={column.direction}>
                <UnstyledButton className={classes.sort} onClick={column.onTurn}>
                  {column.label}
                  {column.direction === 'ascending' ? <IconChevronDown size={14} /> : <IconChevronUp size={14} />}
                </UnstyledButton>
              </Table.Th>
            ),
          )}
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

/** With `isWide` it holds more than the three dots: on a narrow screen it comes below the other cells instead of beside the first. */
export function MenuCell({ isWide = false, children }: { isWide?: boolean; children: ReactNode }): ReactNode {
  return (
    <Table.Td role="cell" className={isWide ? classes.actions : classes.menu}>
      {children}
    </Table.Td>
  );
}
