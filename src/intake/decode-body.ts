import { isUtf8 } from 'node:buffer';
import { badBatch } from './batch-answers.ts';
import { readBatch } from './batch.ts';
import type { Decoded, DecodeRequest } from './decoded.ts';
import { JsonError } from './json/json-error.ts';
import { readPush } from './push.ts';
import { malformedPush } from './push-answers.ts';
import { createWorkspace } from './workspace.ts';

/** A reader of bodies, one at a time, by the rules of their endpoints. It never throws for what a client sent. */
export function createBodyDecoder(): (request: DecodeRequest) => Decoded {
  const workspace = createWorkspace();
  return (request) => {
    try {
      if (!isUtf8(request.body)) return malformed(request, 'The body is not UTF-8');
      const context = workspace.open(request.body);
      return request.endpoint === 'batch' ? readBatch(context) : readPush(context, request);
    } catch (error) {
      if (error instanceof JsonError) return malformed(request, error.message);
      throw error;
    }
  };
}

function malformed({ endpoint }: DecodeRequest, text: string): Decoded {
  return endpoint === 'batch' ? badBatch(`Malformed json in the body! ${text}`) : malformedPush(text);
}
