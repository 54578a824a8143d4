import type { FastifyInstance } from 'fastify';

/** Removes body parsing from an app and from plugins registered in it later: streams are left untouched, for `readBody`. */
export function leaveBodiesUnread(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  // The usual type by name: fastify remembers what it found for it.
  app.addContentTypeParser(['application/json', '*'], (_request, _payload, done) => done(null));
}
