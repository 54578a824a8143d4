/** The one page that shows an import token (web-app.md §6.1, 6). */
import { Anchor, Button, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { CodeBlock } from '../../components/code-block.tsx';
import { CopyField } from '../../components/copy-field.tsx';
import { Page } from '../../components/page.tsx';
import { paths } from '../../paths.ts';

export function GeneratedToken({ secret, accountId, onClose }: { secret: string; accountId: number; onClose: () => void }): ReactNode {
  return (
    <Page title="Generated API Token">
      <Paper withBorder p="lg" maw={820}>
        <Stack>
          <CopyField label="Your Thimble API Token" value={secret} />
          <Title order={2} size="h4">
            How to use your API Token
          </Title>
          <Text size="sm">
            Copy it now and keep it where your application keeps its secrets. It is not stored here and cannot be shown again: if it is
            lost, generate another and revoke this one. Whoever has it can write into this integration and do nothing else.
          </Text>
          <Text size="sm">
            Send it as a Bearer token to <b>{location.origin}</b>. With the token in the variable <code>THIMBLE_TOKEN</code>, this pushes
            one row into a table named <code>orders</code>:
          </Text>
          <CodeBlock label="A first push with curl" code={curlExample(accountId)} />
          <Text size="sm">
            <Anchor component={Link} to={paths.guide('first-push')} inherit underline="always" target="_blank" rel="noopener">
              The guide to the first push
            </Anchor>{' '}
            shows the same in Python and with target-stitch.
          </Text>
          <Button fullWidth size="md" onClick={onClose}>
            Close and Continue
          </Button>
        </Stack>
      </Paper>
    </Page>
  );
}

function curlExample(accountId: number): string {
  return `curl ${location.origin}/v2/import/push \\
  -H "Authorization: Bearer $THIMBLE_TOKEN" \\
  -H "Content-Type: application/json" \\
  -d '[{"client_id": ${accountId}, "table_name": "orders", "key_names": ["id"],
        "action": "upsert", "sequence": 1, "data": {"id": 1, "total": 12.5}}]'`;
}
