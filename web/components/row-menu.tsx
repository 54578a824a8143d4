/** The three dots at the end of a row. */
import { ActionIcon, Menu } from '@mantine/core';
import { IconDotsVertical } from '@tabler/icons-react';
import { useRef, type ReactNode } from 'react';

export function RowMenu({ label, children }: { label: string; children: ReactNode }): ReactNode {
  const target = useRef<HTMLButtonElement>(null);
  return (
    <Menu position="bottom-end" withArrow returnFocus>
      <Menu.Target>
        <ActionIcon ref={target} variant="subtle" color="gray" aria-label={label}>
          <IconDotsVertical size={18} />
        </ActionIcon>
      </Menu.Target>
      {/* Before the act: a dialog it opens gives the focus back to where it was. */}
      <Menu.Dropdown onClickCapture={() => target.current?.focus()}>{children}</Menu.Dropdown>
    </Menu>
  );
}

/** The entry that takes something away for good. */
export function DangerItem({ onClick, children }: { onClick: () => void; children: ReactNode }): ReactNode {
  return (
    <Menu.Item color="var(--danger-text)" fw={700} onClick={onClick}>
      {children}
    </Menu.Item>
  );
}
