import type { EgressPolicy } from '../lib/egress.ts';
import type { DuckDbConfig } from '../sinks/duckdb/config.ts';
import type { QueryAnswer, QueryLimits } from '../sinks/duckdb/query.ts';
import type { PostgresConfig, PostgresConnection } from '../sinks/postgres/config.ts';
import type { RejectChange, RejectQuery, StoredReject } from '../sinks/sink.ts';
import type { LoadOutcome, LoadWindow } from './load-window.ts';
import type { ErrorMessage } from './thread-errors.ts';

/** One destination as the thread opens it. */
export type LoadDestination = EmbeddedDestination | PostgresDestination;

interface EmbeddedDestination {
  readonly id: number;
  readonly kind: 'duckdb';
  /** Absolute path of the warehouse file, chosen by the server. */
  readonly file: string;
}

interface PostgresDestination {
  readonly id: number;
  readonly kind: 'postgres';
  readonly connection: PostgresConnection;
  /** By default as the contract has it. */
  readonly timestamps?: PostgresConfig['timestamps'];
}

/** Settings every embedded warehouse shares. */
type WarehouseSettings = Partial<Pick<DuckDbConfig, 'memoryLimitMb' | 'maxMemoryLimitMb' | 'maxTempMb' | 'threads' | 'idleMs'>>;

/** What the thread is started with. */
export interface ThreadSettings extends WarehouseSettings {
  /** Where destinations may be; without one, nowhere but in public networks. */
  readonly egress?: EgressPolicy;
  /** Of every PostgreSQL destination; by default as the sink has it. */
  readonly postgres?: Partial<Pick<PostgresConfig, 'connectTimeoutMs' | 'statementTimeoutMs' | 'silenceTimeoutMs'>>;
}

/** A reject with its record as JSON where that was asked for. */
export interface ListedReject extends StoredReject {
  readonly record?: string;
}

/** Each kind of request to the thread, with what it takes and what it answers. */
export interface ThreadCalls {
  load: {
    readonly input: {
      readonly destination: LoadDestination;
      readonly window: LoadWindow;
      /** Of a commit gate. */
      readonly gate: SharedArrayBuffer;
      /** Milliseconds since the epoch from which nothing may be committed. */
      readonly heldFrom: number;
    };
    readonly output: LoadOutcome;
  };
  /** Proves that a destination can be used. */
  check: { readonly input: { readonly destination: LoadDestination }; readonly output: undefined };
  query: {
    readonly input: { readonly destination: LoadDestination; readonly sql: string; readonly limits: Partial<QueryLimits> };
    readonly output: QueryAnswer;
  };
  copy: { readonly input: { readonly destination: LoadDestination; readonly file: string }; readonly output: { readonly bytes: number } };
  listRejects: {
    readonly input: { readonly destination: LoadDestination; readonly query: RejectQuery; readonly records: boolean };
    readonly output: readonly ListedReject[];
  };
  markRejects: {
    readonly input: { readonly destination: LoadDestination; readonly change: RejectChange };
    readonly output: readonly number[];
  };
  /** Closes the sink of a destination unless it is open just so; undefined: the destination can be used no more. */
  retain: { readonly input: { readonly id: number; readonly destination: LoadDestination | undefined }; readonly output: undefined };
  /** Answered as soon as the thread is free to. */
  ping: { readonly input: undefined; readonly output: undefined };
  stopQueries: { readonly input: undefined; readonly output: undefined };
  close: { readonly input: undefined; readonly output: undefined };
}

export type CallKind = keyof ThreadCalls;

export type ThreadRequest = {
  [Kind in CallKind]: { readonly id: number; readonly kind: Kind; readonly input: ThreadCalls[Kind]['input'] };
}[CallKind];

export type ThreadReply =
  | { readonly id: number; readonly ok: true; readonly output: ThreadCalls[CallKind]['output'] }
  | { readonly id: number; readonly ok: false; readonly error: ErrorMessage };
