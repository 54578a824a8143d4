import type { FastifyPluginAsync, FastifyPluginCallback } from 'fastify';

/** One API with its own error shape, mounted on the server. */
export interface Surface {
  /** As metrics know it. */
  readonly name: string;
  /** Path prefix without trailing slash. It decides in whose shape errors outside of any route are answered. */
  readonly prefix: string;
  /** What comes after the prefix is never logged. */
  readonly pathIsSecret?: boolean;
  /** Registers full paths; encapsulated. */
  readonly plugin: FastifyPluginAsync | FastifyPluginCallback;
  /** The surface's shape for errors of transport, framework and unknown cause. */
  readonly renderError: RenderError;
}

export type RenderError = (status: number, message: string, requestId: string) => Readonly<Record<string, unknown>>;

/** The shape where no API has one of its own. */
export const renderPlainError: RenderError = (status, message, requestId) =>
  status >= 500 ? { error: message, request_id: requestId } : { error: message };

/** Renderer of the surface a request target belongs to, also when the target is not a valid URL. */
export function findRenderer(surfaces: readonly Surface[], target: string): RenderError {
  return findSurface(surfaces, target)?.renderError ?? renderPlainError;
}

/** The path of a request target as logs may hold it: without the query string, which may hold a secret sent by mistake. */
export function loggedPath(surfaces: readonly Surface[], target: string): string {
  const surface = findSurface(surfaces, target);
  return surface?.pathIsSecret === true ? surface.prefix : target.replace(/\?.*$/, '');
}

function findSurface(surfaces: readonly Surface[], target: string): Surface | undefined {
  return surfaces.find(
    ({ prefix }) => target.startsWith(prefix) && (target.length === prefix.length || '/?'.includes(target.charAt(prefix.length))),
  );
}
