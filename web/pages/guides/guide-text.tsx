import { Anchor, Code } from '@mantine/core';
import { Fragment, type ReactNode } from 'react';
import { Link } from 'react-router';
import { paths } from '../../paths.ts';
import type { Inline } from './guide-blocks.ts';

/** Words of a guide. Links to other guides stay in the app. */
export function GuideText({ children }: { children: readonly Inline[] }): ReactNode {
  // What a guide says never changes while it is shown, so places are good enough as keys.
  return children.map((part, index) => <Fragment key={index}>{draw(part)}</Fragment>);
}

function draw(part: Inline): ReactNode {
  if (typeof part === 'string') return part;
  if (part.kind === 'code') return <Code>{hereInstead(part.text)}</Code>;
  if (part.kind === 'strong') return <b>{<GuideText children={part.children} />}</b>;
  if (part.kind === 'em') return <em>{<GuideText children={part.children} />}</em>;
  const [, name, fragment = ''] = /^([\w-]+)\.md(#.*)?$/.exec(part.href) ?? [];
  if (name === undefined) {
    return (
      <Anchor href={part.href} inherit underline="always" rel="noreferrer">
        <GuideText children={part.children} />
      </Anchor>
    );
  }
  return (
    <Anchor component={Link} to={`${paths.guide(name)}${fragment}`} inherit underline="always">
      <GuideText children={part.children} />
    </Anchor>
  );
}

/** Guides name an example host; in the app it is this installation. */
export function hereInstead(text: string): string {
  return text.replaceAll('https://thimble.example.com', location.origin);
}
