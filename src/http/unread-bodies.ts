import type { FastifyInstance } from 'fastify';

/** Removes body parsing from an app and from plugins registered in it later: streams are left untouched, for `readBody`. */
export function leaveBodiesUnread(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
}
