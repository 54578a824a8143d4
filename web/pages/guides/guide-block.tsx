import { List, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { CodeBlock } from '../../components/code-block.tsx';
import type { Block } from './guide-blocks.ts';
import classes from './guide-block.module.css';
import { GuideText, hereInstead } from './guide-text.tsx';

export function GuideBlock({ block }: { block: Block }): ReactNode {
  switch (block.kind) {
    case 'heading':
      return (
        <Title order={block.depth === 2 ? 2 : 3} size={block.depth === 2 ? 'h4' : 'h5'} id={block.id} mt="sm" className={classes.heading}>
          <GuideText children={block.children} />
        </Title>
      );
    case 'paragraph':
      return (
        <Text component="div">
          <GuideText children={block.children} />
        </Text>
      );
    case 'list':
      return (
        <List type={block.ordered ? 'ordered' : 'unordered'} spacing="xs" withPadding classNames={{ itemWrapper: classes.item }}>
          {block.items.map((item, index) => (
            <List.Item key={index}>
              {item.map((part, place) => (
                <GuideBlock key={place} block={part} />
              ))}
            </List.Item>
          ))}
        </List>
      );
    case 'code':
      return <CodeBlock code={hereInstead(block.text)} />;
    case 'image':
      return <img src={block.source} alt={block.alt} className={classes.picture} loading="lazy" />;
    case 'table':
      return (
        <Table.ScrollContainer minWidth={420} type="native" tabIndex={0} role="region" aria-label="Table">
          <Table>
            <Table.Thead>
              <Table.Tr>
                {block.head.map((cell, index) => (
                  <Table.Th key={index}>
                    <GuideText children={cell} />
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {block.rows.map((row, index) => (
                <Table.Tr key={index}>
                  {row.map((cell, place) => (
                    <Table.Td key={place}>
                      <GuideText children={cell} />
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      );
  }
}
