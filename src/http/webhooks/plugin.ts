/** Incoming webhooks as a surface of the server (web-app.md §6.4, ADR 26). */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { webhookMethod, webhooksPrefix, webhookUnknown } from '../../../contract/webhooks.ts';
import type { RowsOptions } from '../import-api/options.ts';
import { sendError } from '../import-api/reply.ts';
import { rowsSurface } from '../import-api/rows-surface.ts';
import { createRowsHandler } from '../import-api/store-rows.ts';
import type { Surface } from '../surface.ts';
import { createWebhookGate, type WebhookGateOptions } from './gate.ts';
import { webhookRoute } from './route.ts';

/** What the surface is built of. */
export interface WebhooksOptions extends RowsOptions, WebhookGateOptions {}

export function webhooks(options: WebhooksOptions): Surface {
  return rowsSurface({
    name: 'webhooks',
    prefix: webhooksPrefix,
    pathIsSecret: true,
    addRoutes(app) {
      app.post('/:credential', { onRequest: createWebhookGate(options) }, createRowsHandler(webhookRoute, options));
    },
    answerUnrouted,
  });
}

/** What another method says is the same for every URL of the form of a webhook's, so that it tells nothing about them. */
function answerUnrouted(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = (request.raw.url ?? '').replace(/\?.*$/, '').slice(webhooksPrefix.length);
  if (!/^\/[^/]+\/?$/.test(path)) return sendError(reply, webhookUnknown);
  reply.header('allow', 'POST, OPTIONS');
  return request.method === 'OPTIONS' ? reply.code(204).send() : sendError(reply, webhookMethod);
}
