import type { FastifyInstance } from 'fastify';
import { operatorBodies } from '../../../contract/operator-api.ts';
import { createPartner } from '../../domain/partner/create.ts';
import { listPartners, viewPartner } from '../../domain/partner/list.ts';
import { removePartner } from '../../domain/partner/remove.ts';
import { rotatePartnerSecret } from '../../domain/partner/rotate-secret.ts';
import { resumePartner, suspendPartner } from '../../domain/partner/set-suspended.ts';
import { wireTime } from '../../lib/wire-time.ts';
import { parseBody } from '../json-body.ts';
import { operatorContext, type IdParams } from './context.ts';
import type { OperatorApiOptions } from './options.ts';
import { presentPartner } from './present.ts';

/** Partners through all their states; a secret is in the reply that makes it only. */
export function addPartnerRoutes(app: FastifyInstance, { parts, noticeKey }: OperatorApiOptions): void {
  app.post('/partners', async (request, reply) => {
    const { name, redirect_uris: redirectUris, logo, notice_url: noticeUrl } = parseBody(operatorBodies.createPartner, request.body);
    const { row, secret } = await createPartner(operatorContext(parts, request), {
      name,
      redirectUris,
      logo: logo === undefined ? undefined : Buffer.from(logo, 'base64'),
      noticeUrl,
    });
    reply.header('cache-control', 'no-store');
    const signed = noticeUrl === undefined ? {} : { notice_signing_key: noticeKey(row.id).export().toString('hex') };
    return { partner_id: row.client_id, partner_secret: secret, ...signed };
  });

  app.get('/partners', async (request) => ({ partners: (await listPartners(operatorContext(parts, request))).map(presentPartner) }));

  app.post<IdParams>('/partners/:id/secret', async (request, reply) => {
    const { overlap_seconds: seconds } = parseBody(operatorBodies.rotatePartnerSecret, request.body ?? {});
    const { row, secret, oldUntil } = await rotatePartnerSecret(operatorContext(parts, request), request.params.id, seconds * 1000);
    reply.header('cache-control', 'no-store');
    return { partner_id: row.client_id, partner_secret: secret, old_secrets_expire_at: wireTime(oldUntil) };
  });

  for (const [verb, act] of [
    ['suspend', suspendPartner],
    ['resume', resumePartner],
  ] as const) {
    app.post<IdParams>(`/partners/:id/${verb}`, async (request) => {
      const ctx = operatorContext(parts, request);
      return presentPartner(await viewPartner(ctx, await act(ctx, request.params.id)));
    });
  }

  app.delete<IdParams>('/partners/:id', async (request) => {
    await removePartner(operatorContext(parts, request), request.params.id);
    return { partner_id: request.params.id };
  });
}
