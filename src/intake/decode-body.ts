import { isUtf8 } from 'node:buffer';
import { badBatch } from './batch-answers.ts';
import { readBatch } from './batch.ts';
import type { Decoded, DecodeRequest } from './decoded.ts';
import type { FillContext } from './fill.ts';
import { JsonError } from './json/json-error.ts';
import { readJsonPush } from './push.ts';
import { malformedPush } from './push-answers.ts';
import { readTransitPush } from './transit/read-transit-push.ts';
import { TransitError } from './transit/transit-error.ts';
import { createWorkspace } from './workspace.ts';

/** A reader of bodies, one at a time, by the rules of their endpoints. It never throws for what a client sent. */
export function createBodyDecoder(): (request: DecodeRequest) => Decoded {
  const workspace = createWorkspace();
  return (request) => {
    try {
      if (!isUtf8(request.body)) return malformed(request, 'The body is not UTF-8');
      const open = (): FillContext => workspace.open(request.body);
      if (request.endpoint === 'batch') return readBatch(open());
      return request.format === 'transit' ? readTransitPush(open, request) : readJsonPush(open(), request);
    } catch (error) {
      if (error instanceof JsonError || error instanceof TransitError) return malformed(request, error.message);
      throw error;
    }
  };
}

function malformed({ endpoint }: DecodeRequest, text: string): Decoded {
  return endpoint === 'batch' ? badBatch(`Malformed json in the body! ${text}`) : malformedPush(text);
}
