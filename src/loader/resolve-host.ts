import { createEgress, EgressRefusedError, type EgressPolicy } from '../lib/egress.ts';
import { ConnectionLostError, DestinationUnusableError } from '../sinks/errors.ts';

/** The egress gate as sinks use it: a refusal holds the destination, an unknown name may be known later. */
export function createResolveHost(policy: EgressPolicy): (host: string) => Promise<string> {
  const pass = createEgress(policy);
  return async (host) => {
    try {
      return await pass(host);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw error instanceof EgressRefusedError
        ? new DestinationUnusableError(message, { cause: error })
        : new ConnectionLostError(message, { cause: error });
    }
  };
}
