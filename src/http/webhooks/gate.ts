/** Everything that is decided from the head of a webhook, before any byte of its body is read. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ImportError } from '../../../contract/import-api.ts';
import { webhookCredentialInQuery, webhookInactive, webhookUnknown } from '../../../contract/webhooks.ts';
import { parseToken } from '../../access/format.ts';
import type { MisuseRecorder, Verifier } from '../../access/principal.ts';
import type { WebhookKeys } from '../../domain/source/webhook-key.ts';
import { findQueryCredential } from '../authenticate.ts';
import { mediaTypeOf, type ImportGrant } from '../import-api/gate.ts';
import { sendError } from '../import-api/reply.ts';
import { webhookRoute } from './route.ts';

const webhookUrlOnly = ['webhook_url'] as const;

/** What the gate asks. */
export interface WebhookGateOptions {
  readonly verifier: Verifier & MisuseRecorder;
  readonly keys: WebhookKeys;
}

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** An `onRequest` hook of a route whose parameter `credential` is the secret. */
export function createWebhookGate({ verifier, keys }: WebhookGateOptions): Hook {
  async function admitHead(request: FastifyRequest): Promise<ImportGrant | ImportError> {
    const { credential } = request.params as { credential: string };
    // A sender may have parameters of its own, whatever their names.
    const leaked = findQueryCredential(request.raw.url ?? '');
    if (parseToken(leaked) !== undefined) {
      verifier.recordMisuse(leaked as string, 'query_string');
      return webhookCredentialInQuery;
    }
    const usage = { address: request.ip, userAgent: request.headers['user-agent'] ?? '', endpoint: webhookRoute.path };
    const verdict = verifier.verify(credential, webhookUrlOnly, usage);
    if (!verdict.ok) {
      const isTold = verdict.refusal === 'source_inactive' || verdict.refusal === 'account_on_hold';
      return isTold ? webhookInactive : webhookUnknown;
    }
    const { principal } = verdict;
    if (principal.sourceId === undefined) return webhookUnknown;
    const format = webhookRoute.formatOf(mediaTypeOf(request.headers['content-type']));
    if (typeof format !== 'string') return format;
    return { principal: principal as ImportGrant['principal'], format, keyName: await keys.find(principal.sourceId) };
  }

  return async (request, reply) => {
    const outcome = await admitHead(request);
    if ('status' in outcome) await sendError(reply, outcome);
    else request.importGrant = outcome;
  };
}
