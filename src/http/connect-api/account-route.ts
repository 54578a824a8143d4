/** POST /v3/accounts: no credential of an account, but a partner's in the body. */
import type { FastifyInstance } from 'fastify';
import { accountCreationRoutes, createAccountBody } from '../../../contract/connect-api/accounts.ts';
import { createPartnerAccount, requirePartner } from '../../domain/partner/create-account.ts';
import { parseBody } from '../json-body.ts';
import type { ConnectV3Options } from './options.ts';

/** Adds the route below `/v3`. */
export function addAccountRoute(app: FastifyInstance, { parts, people }: ConnectV3Options): void {
  const { method, path, errors, open } = accountCreationRoutes.createPartnerAccount;
  app.route({
    method,
    url: path.slice('/v3'.length),
    config: { errors, open },
    handler: async (request, reply) => {
      const ctx = { ...parts, people, actor: { kind: 'visitor' }, requestId: request.id, address: request.ip, agent: '' } as const;
      // Who calls comes first, and has errors of its own (connect-api.md §2.3).
      const proof = readPartner(request.body);
      const partner = await requirePartner(ctx, proof);
      const body = parseBody(createAccountBody, request.body);
      const { accountId, token } = await createPartnerAccount(
        ctx,
        { partner, secret: proof.secret },
        {
          email: body.email,
          firstName: body.first_name,
          lastName: body.last_name,
          company: body.company,
          region: body.region,
        },
      );
      reply.header('cache-control', 'no-store');
      return { access_token: token, stitch_account_id: accountId };
    },
  });
}

/** What is missing or no text is empty. */
function readPartner(body: unknown): { clientId: string; secret: string } {
  const { partner_id: clientId, partner_secret: secret } = (typeof body === 'object' && body !== null ? body : {}) as Record<
    string,
    unknown
  >;
  return { clientId: typeof clientId === 'string' ? clientId : '', secret: typeof secret === 'string' ? secret : '' };
}
