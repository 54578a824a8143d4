import type { MisuseRecorder, Verifier } from '../../access/principal.ts';
import type { DomainContext, DomainParts } from '../../domain/context.ts';
import type { PeopleParts } from '../../domain/people.ts';
import type { HttpLog } from '../server.ts';

export interface ConnectApiOptions {
  readonly parts: DomainParts;
  readonly verifier: Verifier & MisuseRecorder;
  readonly log: HttpLog;
}

/** Of `/v3`, which also makes accounts. */
export interface ConnectV3Options extends ConnectApiOptions {
  readonly people: PeopleParts;
}

/** An authenticated request: the account its key selects, and the context its verbs run in. */
export interface ConnectSession {
  readonly accountId: number;
  readonly ctx: DomainContext;
}

declare module 'fastify' {
  interface FastifyRequest {
    connectSession: ConnectSession | undefined;
  }
}
