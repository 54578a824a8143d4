/** A read-only value with a button that copies it. */
import { ActionIcon, TextInput, Tooltip, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useRef, useState, type ReactNode } from 'react';

export function CopyField({ label, value, description }: { label: string; value: string; description?: ReactNode }): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  const [outcome, setOutcome] = useState<'copied' | 'selected'>();

  async function copy(): Promise<void> {
    input.current?.select();
    setOutcome((await copyText(value)) ? 'copied' : 'selected');
  }

  return (
    <>
      <TextInput
        ref={input}
        label={label}
        description={description}
        value={value}
        readOnly
        autoComplete="off"
        spellCheck={false}
        classNames={{ input: 'secret' }}
        onFocus={(event) => event.currentTarget.select()}
        rightSection={
          <Tooltip label={outcome === 'copied' ? 'Copied' : 'Copy'}>
            <ActionIcon variant="subtle" aria-label={`Copy: ${label}`} onClick={() => void copy()}>
              {outcome === 'copied' ? <IconCheck size={18} /> : <IconCopy size={18} />}
            </ActionIcon>
          </Tooltip>
        }
      />
      <VisuallyHidden aria-live="polite">{outcome === 'copied' ? 'Copied.' : outcome && 'Selected: press Ctrl+C to copy.'}</VisuallyHidden>
    </>
  );
}

/** The clipboard interface exists only on HTTPS and loopback; elsewhere the selected text is copied the old way. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // oxlint-disable-next-line typescript/no-deprecated -- The only way to copy on plain HTTP.
    return document.execCommand('copy');
  }
}
