import type { FastifyInstance } from 'fastify';
import { operatorBodies } from '../../../contract/operator-api.ts';
import { listMail, readMail, type MailRow } from '../../domain/mail/read.ts';
import { linkForEmail } from '../../domain/member/password-link.ts';
import { wireTime } from '../../lib/wire-time.ts';
import { parseBody } from '../json-body.ts';
import { parseId } from '../parse-id.ts';
import { operatorContext, type IdParams } from './context.ts';
import type { OperatorApiOptions } from './options.ts';

/** Links for members, and the mail that was, or could not be, sent. */
export function addPeopleRoutes(app: FastifyInstance, { parts, people }: OperatorApiOptions): void {
  app.post('/members/links', async (request, reply) => {
    const { email } = parseBody(operatorBodies.linkForMember, request.body);
    reply.header('cache-control', 'no-store');
    return { link: await linkForEmail({ ...operatorContext(parts, request), people, agent: '' }, email) };
  });
  app.get('/mail', async (request) => ({ mail: (await listMail(operatorContext(parts, request))).map(presentMail) }));
  app.get<IdParams>('/mail/:id(^\\d+$)', async (request, reply) => {
    const row = await readMail(operatorContext(parts, request), parseId(request.params.id));
    reply.header('cache-control', 'no-store');
    return { ...presentMail(row), text: row.text };
  });
}

function presentMail(row: MailRow): Record<string, unknown> {
  return {
    id: row.id,
    recipient: row.recipient,
    subject: row.subject,
    created_at: wireTime(row.created_at),
    sent_at: row.sent_at === null ? null : wireTime(row.sent_at),
    attempts: row.attempts,
    error: row.error,
  };
}
