import type { FastifyPluginAsync, FastifyPluginCallback } from 'fastify';

/** One API with its own error shape, mounted on the server. */
export interface Surface {
  /** As metrics know it. */
  readonly name: string;
  /** Path prefix without trailing slash. It decides in whose shape errors outside of any route are answered. */
  readonly prefix: string;
  /** Registers full paths; encapsulated. */
  readonly plugin: FastifyPluginAsync | FastifyPluginCallback;
  /** The surface's shape for errors of transport, framework and unknown cause. */
  readonly renderError: RenderError;
}

export type RenderError = (status: number, message: string, requestId: string) => Readonly<Record<string, unknown>>;

const renderPlainError: RenderError = (status, message, requestId) =>
  status >= 500 ? { error: message, request_id: requestId } : { error: message };

/** Renderer of the surface a request target belongs to, also when the target is not a valid URL. */
export function findRenderer(surfaces: readonly Surface[], target: string): RenderError {
  for (const { prefix, renderError } of surfaces) {
    if (target.startsWith(prefix) && (target.length === prefix.length || '/?'.includes(target.charAt(prefix.length)))) return renderError;
  }
  return renderPlainError;
}
