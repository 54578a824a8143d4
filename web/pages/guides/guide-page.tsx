import { Anchor, Stack } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { Link, useLocation, useParams } from 'react-router';
import { Missing } from '../../components/missing.tsx';
import { Page } from '../../components/page.tsx';
import { paths } from '../../paths.ts';
import { GuideBlock } from './guide-block.tsx';
import { guides } from './guides.ts';

export function GuidePage(): ReactNode {
  const { name = '' } = useParams();
  const { hash } = useLocation();
  const guide = guides.get(name);
  useEffect(() => {
    if (hash !== '') document.getElementById(hash.slice(1))?.scrollIntoView();
    else scrollTo(0, 0);
  }, [name, hash]);
  if (guide === undefined) return <Missing />;
  return (
    <Page title={guide.title}>
      <Stack component="article" maw={760} gap="md">
        {guide.blocks.map((block, index) => (
          <GuideBlock key={`${name} ${index}`} block={block} />
        ))}
        <Anchor component={Link} to={paths.guides()} size="sm">
          All guides
        </Anchor>
      </Stack>
    </Page>
  );
}
