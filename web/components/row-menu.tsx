/** The three dots at the end of a row. */
import { ActionIcon, Menu } from '@mantine/core';
import { IconDotsVertical } from '@tabler/icons-react';
import type { ReactNode } from 'react';

export function RowMenu({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    <Menu position="bottom-end" withArrow returnFocus>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={label}>
          <IconDotsVertical size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}

/** The entry that takes something away for good. */
export function DangerItem({ onClick, children }: { onClick: () => void; children: ReactNode }): ReactNode {
  return (
    <Menu.Item color="red" fw={700} onClick={onClick}>
      {children}
    </Menu.Item>
  );
}
