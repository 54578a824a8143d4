import type { Integration } from '../../../contract/account-api/sources.ts';
import { webhookKeyProperty } from '../../../contract/webhook-types.ts';
import { call } from '../../api/client.ts';
import { createIdempotencyKey } from '../../api/idempotency-key.ts';
import type { PushFormInput } from './push-form.tsx';

interface CreatedPush {
  readonly integration: Integration;
  /** Its first token or webhook URL, to be shown once; undefined where it could not be made: the integration is there all the same. */
  readonly secret: string | undefined;
}

/** Makes an integration that data is sent to, and what it is sent with. */
export async function createPush(type: string, input: PushFormInput): Promise<CreatedPush> {
  const { displayName, schemaName, destinationId, primaryKey } = input;
  const integration = await call('createIntegration', {
    body: {
      type,
      display_name: displayName,
      ...(schemaName === undefined ? {} : { name: schemaName }),
      ...(destinationId === undefined ? {} : { destination_id: destinationId }),
      ...(primaryKey === undefined ? {} : { properties: { [webhookKeyProperty]: primaryKey } }),
    },
  });
  const params = { source_id: integration.id };
  const reply = await call('createImportToken', { params, body: {}, idempotencyKey: createIdempotencyKey() }).catch(() => undefined);
  return { integration, secret: reply?.url ?? reply?.secret };
}
