/** Everything that is decided from the head of a request, in this order: credential in the URL, credential, media type. */
import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { connectionInactive, credentialInQuery, notAuthorized, type ImportError } from '../../../contract/import-api.ts';
import type { Principal, Refusal, Usage } from '../../access/principal.ts';
import type { IntakeRequest } from '../../intake/intake.ts';
import { findBearerToken, findQueryCredential } from '../authenticate.ts';
import type { ImportApiOptions } from './options.ts';
import { sendError } from './reply.ts';
import type { RowsRoute } from './rows-route.ts';

/** What the gate found out, for the handler. */
export interface ImportGrant {
  readonly principal: Principal & { readonly sourceId: number };
  readonly format: IntakeRequest['format'];
  /** Of a webhook: the field that identifies its records. */
  readonly keyName?: string | undefined;
}

declare module 'fastify' {
  interface FastifyRequest {
    importGrant: ImportGrant | undefined;
  }
}

const importTokenOnly = ['import_token'] as const;

/** An `onRequest` hook, so that it answers before any byte of the body is read. */
export function createGate(route: RowsRoute, options: Pick<ImportApiOptions, 'verifier' | 'log'>): onRequestHookHandler {
  const { verifier, log } = options;

  function admitHead(request: FastifyRequest): ImportGrant | ImportError {
    const usage: Usage = { address: request.ip, userAgent: request.headers['user-agent'] ?? '', endpoint: route.path };
    const leaked = findQueryCredential(request.raw.url ?? '');
    if (leaked !== undefined) {
      verifier.recordMisuse(leaked, 'query_string');
      log.warn({ requestId: request.id, address: usage.address, path: route.path }, 'A credential was sent in a query string and refused.');
      return credentialInQuery;
    }
    const verdict = verifier.verify(findBearerToken(request.raw, { rawAccepted: false }), importTokenOnly, usage);
    if (!verdict.ok) return refusalAnswer(verdict.refusal);
    const { principal } = verdict;
    if (principal.sourceId === undefined) return notAuthorized;
    const format = route.formatOf(mediaTypeOf(request.headers['content-type']));
    return typeof format === 'string' ? { principal: principal as ImportGrant['principal'], format } : format;
  }

  return (request: FastifyRequest, reply: FastifyReply, done) => {
    const outcome = admitHead(request);
    if ('status' in outcome) {
      sendError(reply, outcome);
      return;
    }
    request.importGrant = outcome;
    done();
  };
}

/** The reason behind an unusable credential stays with its owner; only the state of the source is told (import-api.md §8.2). */
function refusalAnswer(refusal: Refusal): ImportError {
  return refusal === 'source_inactive' || refusal === 'account_on_hold' ? connectionInactive : notAuthorized;
}

/** Lower case, without parameters, at most 100 characters. */
export function mediaTypeOf(header: string | undefined): string | undefined {
  if (header === 'application/json') return header;
  const mediaType = header?.split(';', 1)[0]?.trim().toLowerCase().slice(0, 100);
  return mediaType === '' ? undefined : mediaType;
}
