import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { AccountRouteName, accountApiRoutes } from '../../../contract/account-api/routes.ts';
import type { MisuseRecorder, Verifier } from '../../access/principal.ts';
import type { DomainParts } from '../../domain/context.ts';
import type { PeopleContext, PeopleParts } from '../../domain/people.ts';
import type { MemberRow } from '../../domain/member/find.ts';
import type { SessionRow } from '../../domain/session/find.ts';
import type { HttpLog } from '../server.ts';

export interface AccountApiOptions {
  readonly parts: DomainParts;
  readonly people: PeopleParts;
  readonly verifier: Verifier & MisuseRecorder;
  /** The origin people use; undefined: the one they came to. */
  readonly publicUrl: URL | undefined;
  /** Of this Thimble, for the description of the API. */
  readonly version: string;
  readonly log: HttpLog;
  readonly arrivals: Arrivals;
}

/** What of a source arrived and is not in the store yet. */
export interface Arrivals {
  /** Accepted and not yet loaded. */
  waitingBytes(sourceId: number): number;
  /** Milliseconds since the epoch, where it is newer than what is stored. */
  receivedAt(sourceId: number): number | undefined;
}

/** A request of nobody in particular. */
export interface VisitorSession {
  readonly ctx: PeopleContext;
}

/** A request of a member. */
export interface MemberSession extends VisitorSession {
  readonly accountId: number;
  readonly memberId: number;
  readonly session: SessionRow;
  readonly member: MemberRow;
}

/** A request of a member, or of an API key acting as one; then without a session. */
export interface MemberOrKeySession extends VisitorSession {
  readonly accountId: number;
  readonly memberId: number;
  readonly session: SessionRow | undefined;
}

export type AccountSession = VisitorSession | MemberSession | MemberOrKeySession;

type Route<Name extends AccountRouteName> = (typeof accountApiRoutes)[Name];

type SessionOf<Name extends AccountRouteName> = Route<Name>['access'] extends 'public'
  ? VisitorSession
  : Route<Name>['access'] extends 'session_or_key'
    ? MemberOrKeySession
    : MemberSession;

type Parsed<R, Key extends string> = R extends { readonly [K in Key]: infer Schema extends z.ZodType } ? z.infer<Schema> : undefined;

type ParamNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | ParamNames<Rest> : never;

/** What a request asks, parsed by the schemas of its route. */
interface AccountCall<Name extends AccountRouteName> {
  /** Ids of the path. */
  readonly params: Readonly<Record<ParamNames<Route<Name>['path']>, number>>;
  readonly body: Parsed<Route<Name>, 'body'>;
  readonly query: Parsed<Route<Name>, 'query'>;
  /** Of the header; the same one makes nothing twice. */
  readonly idempotencyKey: string | undefined;
  readonly cookie: SessionCookie;
  /** Of a session begun with an ephemeral token. */
  readonly delegatedCookie: SessionCookie;
  readonly request: FastifyRequest;
}

/** The session cookie: what the request sent, and how the reply sets or clears it. */
export interface SessionCookie {
  readonly sent: string | undefined;
  set(secret: string, expiresAt: number): void;
  clear(): void;
}

/** Answers one route with what its `response` describes; nothing where it has none. */
type AccountHandler<Name extends AccountRouteName> = (
  session: SessionOf<Name>,
  call: AccountCall<Name>,
) => Promise<Route<Name> extends { readonly response: infer Schema extends z.ZodType } ? z.infer<Schema> : void>;

export type AccountHandlers<Name extends AccountRouteName = AccountRouteName> = { readonly [N in Name]: AccountHandler<N> };

declare module 'fastify' {
  interface FastifyRequest {
    accountSession: AccountSession | undefined;
  }
}
