/** The one page that shows an import token or a webhook URL (web-app.md §6.1, 6; §6.4). */
import { Anchor, Button, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { isWebhookType } from '../../../contract/webhook-types.ts';
import { CodeBlock } from '../../components/code-block.tsx';
import { CopyField } from '../../components/copy-field.tsx';
import { Page } from '../../components/page.tsx';
import { paths } from '../../paths.ts';
import { pushWords } from './push-words.ts';

interface GeneratedTokenProps {
  /** Of its integration. */
  readonly type: string;
  readonly secret: string;
  readonly accountId: number;
  readonly onClose: () => void;
}

export function GeneratedToken({ type, secret, accountId, onClose }: GeneratedTokenProps): ReactNode {
  const words = pushWords(type);
  return (
    <Page title={words.shownTitle}>
      <Paper withBorder p="lg" maw={820}>
        <Stack>
          <CopyField label={words.shownLabel} value={secret} />
          {isWebhookType(type) ? <UrlUse /> : <TokenUse accountId={accountId} />}
          <Button fullWidth size="md" onClick={onClose}>
            {words.leave}
          </Button>
        </Stack>
      </Paper>
    </Page>
  );
}

function TokenUse({ accountId }: { accountId: number }): ReactNode {
  return (
    <>
      <Title order={2} size="h4">
        How to use your API Token
      </Title>
      <Text size="sm">
        Copy it now and keep it where your application keeps its secrets. It is not stored here and cannot be shown again: if it is lost,
        generate another and revoke this one. Whoever has it can write into this integration and do nothing else.
      </Text>
      <Text size="sm">
        Send it as a Bearer token to <b>{location.origin}</b>. With the token in the variable <code>THIMBLE_TOKEN</code>, this pushes one
        row into a table named <code>orders</code>:
      </Text>
      <CodeBlock label="A first push with curl" code={curlExample(accountId)} />
      <Text size="sm">
        <Anchor component={Link} to={paths.guide('first-push')} inherit underline="always" target="_blank" rel="noopener">
          The guide to the first push
        </Anchor>{' '}
        shows the same in Python and with target-stitch.
      </Text>
    </>
  );
}

function UrlUse(): ReactNode {
  return (
    <>
      <Title order={2} size="h4">
        How to use your Webhook URL
      </Title>
      <Text size="sm">
        Copy it now and give it to the service that is to send its webhooks here. It is not stored here and cannot be shown again: if it is
        lost, generate another and revoke this one. Whoever has it can write into this integration and do nothing else.
      </Text>
      <Text size="sm">
        Each call stores one JSON object, an array of objects, or the fields of a form, in a table named <code>data</code>. With the URL in
        the variable <code>WEBHOOK_URL</code>, this stores one row:
      </Text>
      <CodeBlock label="A first webhook with curl" code={webhookExample} />
    </>
  );
}

const webhookExample = `curl "$WEBHOOK_URL" \\
  -H "Content-Type: application/json" \\
  -d '{"id": 1, "event": "signed up"}'`;

function curlExample(accountId: number): string {
  return `curl ${location.origin}/v2/import/push \\
  -H "Authorization: Bearer $THIMBLE_TOKEN" \\
  -H "Content-Type: application/json" \\
  -d '[{"client_id": ${accountId}, "table_name": "orders", "key_names": ["id"],
        "action": "upsert", "sequence": 1, "data": {"id": 1, "total": 12.5}}]'`;
}
