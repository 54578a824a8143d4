import type { FastifyPluginCallback } from 'fastify';

/** Undefined while healthy, else short sentences without secrets. */
export type HealthProbe = () => readonly string[] | undefined;

/** `GET /healthz`: 200 `{"status":"ok"}` or 503 with reasons. */
export function healthRoute(health: HealthProbe): FastifyPluginCallback {
  return (app, _options, done) => {
    app.get('/healthz', (_request, reply) => {
      const reasons = health();
      reply.header('cache-control', 'no-store');
      return reasons === undefined ? reply.send({ status: 'ok' }) : reply.code(503).send({ status: 'unhealthy', reasons });
    });
    done();
  };
}
