import { ActionIcon, Tooltip, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useRef, useState, type ReactNode } from 'react';
import { copyText } from './copy-field.tsx';
import classes from './code-block.module.css';

/** Text to be copied into a terminal or a file. It scrolls in its own box. */
export function CodeBlock({ code, label = 'Example' }: { code: string; label?: string }): ReactNode {
  const box = useRef<HTMLPreElement>(null);
  const [isCopied, setCopied] = useState(false);

  async function copy(): Promise<void> {
    if (box.current !== null) getSelection()?.selectAllChildren(box.current);
    setCopied(await copyText(code));
  }

  return (
    <div className={classes.box}>
      {/* What scrolls must be reachable by keyboard. */}
      <pre ref={box} className={classes.code} tabIndex={0} role="region" aria-label={label}>
        <code>{code}</code>
      </pre>
      <Tooltip label={isCopied ? 'Copied' : 'Copy'}>
        <ActionIcon className={classes.copy} variant="default" onClick={() => void copy()} aria-label={`Copy: ${label}`}>
          {isCopied ? <IconCheck size={16} /> : <IconCopy size={16} />}
        </ActionIcon>
      </Tooltip>
      <VisuallyHidden aria-live="polite">{isCopied ? 'Copied.' : ''}</VisuallyHidden>
    </div>
  );
}
