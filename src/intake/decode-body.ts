import { isUtf8 } from 'node:buffer';
import { badBatch } from './batch-answers.ts';
import { readBatch } from './batch.ts';
import type { Decoded, DecodeRequest } from './decoded.ts';
import { JsonError } from './json/json-error.ts';
import { readJsonPush } from './push.ts';
import { malformedPush } from './push-answers.ts';
import { WorkLimitError } from './schema/schema-errors.ts';
import { createValidatorCache } from './schema/validator-cache.ts';
import { readTransitPush } from './transit/read-transit-push.ts';
import { TransitError } from './transit/transit-error.ts';
import { readWebhook } from './webhook.ts';
import { createWorkspace } from './workspace.ts';

/** What a decoder keeps of the schemas it has met. */
const maxSchemaBytes = 32_000_000;
/** Units of `Work` for the checks of one body: the first bounds how long a small body holds the main thread, to tens of milliseconds. */
const inlineUnits = 500_000;
const threadUnits = (bodyBytes: number): number => 50_000_000 + 400 * bodyBytes;

/**
 * A reader of bodies, one at a time, by the rules of their endpoints. It never throws for what a client sent, but one that is `inline`
 * throws `WorkLimitError` for a body that takes more checking than it may do in its thread.
 */
export function createBodyDecoder({ inline = false }: { readonly inline?: boolean } = {}): (request: DecodeRequest) => Decoded {
  const workspace = createWorkspace();
  const validators = createValidatorCache({ maxBytes: maxSchemaBytes });
  return (request) => {
    const work = { left: inline ? inlineUnits : threadUnits(request.body.length) };
    try {
      if (!isUtf8(request.body)) return malformed(request, 'The body is not UTF-8');
      if (request.endpoint === 'batch') return readBatch(workspace, request.body, { validators, work });
      if (request.endpoint === 'webhook') return readWebhook(workspace, request);
      return request.format === 'transit' ? readTransitPush(workspace, request) : readJsonPush(workspace, request);
    } catch (error) {
      if (error instanceof JsonError || error instanceof TransitError) return malformed(request, error.message);
      if (error instanceof WorkLimitError && !inline) return badBatch('Checking the records against the schema takes too much work');
      throw error;
    } finally {
      workspace.close();
    }
  };
}

function malformed({ endpoint }: DecodeRequest, text: string): Decoded {
  return endpoint === 'batch' ? badBatch(`Malformed json in the body! ${text}`) : malformedPush(text);
}
