/** A link to pass on by hand, where the installation sends no mail. */
import { Button, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { CopyField } from '../../../components/copy-field.tsx';

export interface HandedLink {
  readonly title: string;
  /** Whom it is for. */
  readonly email: string;
  readonly link: string;
}

export function HandedLinkDialog({ link, onClose }: { link: HandedLink | undefined; onClose: () => void }): ReactNode {
  return (
    <Modal opened={link !== undefined} onClose={onClose} title={link?.title ?? ''} centered closeOnClickOutside={false}>
      {link !== undefined && (
        <Stack>
          <Text size="sm">
            No mail was sent. Pass this link on to <b>{link.email}</b> and to nobody else: it works once, and it is not shown again.
          </Text>
          <CopyField label={`Link for ${link.email}`} value={link.link} />
          <Button onClick={onClose}>Done</Button>
        </Stack>
      )}
    </Modal>
  );
}
