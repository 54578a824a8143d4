import type { MisuseRecorder, UseRecorder, Verifier } from '../../access/principal.ts';
import type { DomainContext, DomainParts } from '../../domain/context.ts';
import type { PeopleParts } from '../../domain/people.ts';
import type { HttpLog } from '../server.ts';

export interface ConnectApiOptions {
  readonly parts: DomainParts;
  readonly verifier: Verifier & MisuseRecorder & UseRecorder;
  readonly log: HttpLog;
  /** An ephemeral token is taken in place of the key that asked for it (connect-api.md §4.2); off when not given. */
  readonly acceptsEphemeralTokens?: boolean;
}

/** Of `/v3`, which also makes accounts. */
export interface ConnectV3Options extends ConnectApiOptions {
  readonly people: PeopleParts;
}

/** An authenticated request: the account its key selects, and the context its verbs run in. */
export interface ConnectSession {
  readonly accountId: number;
  readonly ctx: DomainContext;
  /** An ephemeral token was sent in place of the key. */
  readonly isEphemeral: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    connectSession: ConnectSession | undefined;
  }
}
