/** The public listener: transport rules, limits and error shapes common to all surfaces, which are mounted as plugins. */
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastify, type FastifyError, type FastifyPluginAsync, type FastifyReply, type FastifyRequest } from 'fastify';
import { healthRoute, type HealthProbe } from './health.ts';
import { lingerWhileUploading, type LingerLimits } from './linger.ts';
import { createRequestIds } from './request-id.ts';
import { answerClientError, closeWith } from './socket-errors.ts';
import { findRenderer, loggedPath, type Surface } from './surface.ts';
import { createTransportRules, type TransportRules } from './transport-rules.ts';
import { leaveBodiesUnread } from './unread-bodies.ts';

export interface HttpLog {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface HttpTimeouts {
  readonly headersMs: number;
  /** Backstop for a whole request; surfaces that read bodies are stricter. */
  readonly requestMs: number;
  /** Longer than what common balancers keep, so that they close first. */
  readonly keepAliveMs: number;
  /** How often Node looks for requests that are too slow. */
  readonly checkEveryMs: number;
  /** What `close` grants requests in flight. */
  readonly closeGraceMs: number;
}

export interface HttpServerOptions {
  readonly surfaces: readonly Surface[];
  /** Serves the app; mounted beside the surfaces. */
  readonly webApp?: FastifyPluginAsync;
  /** Undefined: the listening address. */
  readonly publicUrl: URL | undefined;
  /** IP addresses whose `X-Forwarded-…` headers are believed. */
  readonly trustedProxies: readonly string[];
  readonly health: HealthProbe;
  readonly log: HttpLog;
  /** Told of every answer of a surface; `seconds` from the head of the request to the end of the answer. */
  readonly countRequest?: (surface: string, status: number, seconds: number) => void;
  readonly timeouts?: Partial<HttpTimeouts>;
  readonly linger?: LingerLimits;
}

export interface HttpServer {
  /** Resolves with the origin it answers on. `localhost` means 127.0.0.1; port 0 picks a free one. */
  listen(host: string, port: number): Promise<URL>;
  /** Stops accepting, lets requests in flight end within the grace, closes every connection. */
  close(): Promise<void>;
}

const defaultTimeouts: HttpTimeouts = {
  headersMs: 20_000,
  requestMs: 180_000,
  keepAliveMs: 75_000,
  checkEveryMs: 5000,
  closeGraceMs: 10_000,
};
const defaultLinger: LingerLimits = { bytes: 64 * 2 ** 20, ms: 5000 };
const jsonType = 'application/json;charset=UTF-8';

/** Builds the server with its surfaces ready. Rejects when a surface cannot be registered. */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { surfaces, publicUrl, trustedProxies, log, countRequest, linger = defaultLinger } = options;
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  let rules: TransportRules = createTransportRules({ hosts: publicUrl === undefined ? [] : [publicUrl.host], trustedProxies });
  let closing = false;

  const app = fastify({
    logger: false,
    genReqId: createRequestIds(),
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    // Longer than any URL the parser lets through, so that a long parameter is an unknown path like any other.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 16_384 },
    keepAliveTimeout: timeouts.keepAliveMs,
    requestTimeout: timeouts.requestMs,
    http: { headersTimeout: timeouts.headersMs, connectionsCheckingInterval: timeouts.checkEveryMs, requireHostHeader: false },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      answer(request, reply, error.statusCode ?? 400, 'Bad Request');
    },
  });
  app.server.on('checkContinue', (raw: IncomingMessage, response: ServerResponse) => {
    // 100 is said when somebody starts to read the body, so that a 401 or 413 comes before it is sent.
    raw.once('resume', () => {
      if (!response.headersSent) response.writeContinue();
    });
    app.routing(raw, response);
  });
  app.server.on('connect', (_raw: IncomingMessage, socket) => closeWith(socket, 405));

  function answer(request: FastifyRequest, reply: FastifyReply, status: number, message: string): FastifyReply {
    const body = findRenderer(surfaces, request.raw.url ?? '')(status, message, request.id);
    return reply.code(status).header('content-type', jsonType).send(JSON.stringify(body));
  }

  function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const status = error.statusCode ?? 500;
    if (status >= 400 && status < 500) {
      return request.is404
        ? answer(request, reply, 404, 'Not Found')
        : answer(request, reply, status, STATUS_CODES[status] ?? 'Bad Request');
    }
    const path = loggedPath(surfaces, request.raw.url ?? '');
    log.error({ err: error, requestId: request.id, method: request.method, path }, 'A request failed unexpectedly.');
    return answer(request, reply, 500, 'Internal error');
  }

  app.addHook('onRequest', (request, reply, done) => {
    const refusal = rules(request.raw);
    if (refusal === undefined) done();
    else answer(request, reply, refusal.status, refusal.message);
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    if (closing) reply.header('connection', 'close');
    if (reply.statusCode >= 400) reply.header('x-request-id', request.id);
    done(null, lingerWhileUploading(request, reply, payload, linger));
  });
  app.setErrorHandler<FastifyError>(answerError);
  app.setNotFoundHandler((request, reply) => answer(request, reply, 404, 'Not Found'));
  await app.register(healthRoute(options.health));
  for (const surface of surfaces) await app.register(countRequest === undefined ? surface.plugin : counted(surface, countRequest));
  if (options.webApp !== undefined) await app.register(options.webApp);
  // After the surfaces, which each parse as they like: at the root an unknown path is 404 whatever it carries.
  leaveBodiesUnread(app);
  await app.ready();

  async function listen(host: string, port: number): Promise<URL> {
    await app.listen({ host: host === 'localhost' ? '127.0.0.1' : host, port });
    const address = app.server.address() as AddressInfo;
    const url = new URL(`http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`);
    rules = createTransportRules({ hosts: [(publicUrl ?? url).host], trustedProxies });
    return url;
  }

  async function close(): Promise<void> {
    closing = true;
    const grace = setTimeout(() => app.server.closeAllConnections(), timeouts.closeGraceMs);
    await app.close();
    clearTimeout(grace);
  }

  return { listen, close };
}

function counted({ name, plugin }: Surface, countRequest: NonNullable<HttpServerOptions['countRequest']>): FastifyPluginAsync {
  return async (app) => {
    app.addHook('onResponse', (_request, reply, done) => {
      countRequest(name, reply.statusCode, reply.elapsedTime / 1000);
      done();
    });
    await app.register(plugin);
  };
}
