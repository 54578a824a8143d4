/** Everything that can be configured, typed and defaulted; a bad value ends the start with one clear sentence. */
import { isIP } from 'node:net';
import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { findAddress, findRange, type AddressRange } from '../lib/address.ts';
import { classifyAddress } from '../lib/address-class.ts';
import type { EgressPolicy } from '../lib/egress.ts';
import { parseDatabaseUrl } from '../lib/postgres.ts';
import { ConfigError } from './config-error.ts';
import { readEnv } from './env.ts';
import { readPeopleConfig, type PeopleConfig } from './people.ts';

export interface Config {
  readonly dataDirectory: string;
  /** The PostgreSQL database of control store and buffer, with its password; undefined: both are files of the data directory. */
  readonly databaseUrl: string | undefined;
  /** Serve the embedded copy that a move to PostgreSQL left behind. */
  readonly undoMove: boolean;
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly metricsPort: number;
  /** The address clients use; undefined: the listening address. */
  readonly publicUrl: URL | undefined;
  /** Addresses of proxies whose `X-Forwarded-Proto` is believed. */
  readonly trustedProxies: readonly string[];
  /** Ephemeral tokens are taken as API access keys, as some clients send them. */
  readonly ephemeralAsAccountToken: boolean;
  /** Where accounts may lead the server. */
  readonly egress: EgressPolicy;
  readonly logLevel: LogLevel;
  readonly people: PeopleConfig;
  readonly masterKey: { readonly file: string; readonly value: string | undefined };
  readonly intake: { readonly budgetBytes: number; readonly budgetWaitMs: number; readonly threads: number };
  readonly buffer: {
    readonly maxBytes: number;
    readonly maxBytesPerSource: number;
    readonly segmentBytes: number;
    readonly synchronous: 'full' | 'off';
  };
  readonly loader: { readonly maxWindowBytes: number; readonly hangMs: number };
  readonly duckdb: { readonly memoryLimitMb: number; readonly maxMemoryLimitMb: number; readonly threads: number };
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
type LogLevel = (typeof logLevels)[number];

/** What the command line may set; everything else comes from the environment or the defaults. */
export interface ConfigFlags {
  readonly data?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly 'public-url'?: string | undefined;
  readonly 'undo-move'?: boolean;
}

export const defaultDataDirectory = './thimble-data';

/** Reads flags over `THIMBLE_…` variables over defaults (docs/operations.md lists them). Throws `ConfigError`. */
export function readConfig(flags: ConfigFlags): Config {
  const databaseUrl = readDatabaseUrl('DATABASE_URL', readEnv('DATABASE_URL'));
  const undoMove = flags['undo-move'] ?? false;
  if (undoMove && databaseUrl !== undefined) throw new ConfigError('--undo-move serves files: unset DATABASE_URL.');
  const dataDirectory = resolve(flags.data ?? readEnv('THIMBLE_DATA') ?? defaultDataDirectory);
  const port = parseInteger('--port', flags.port ?? readEnv('THIMBLE_PORT') ?? '4600', 0, 65_535);
  const maxBytes = readBytes('THIMBLE_BUFFER_MAX_BYTES', 20 * 2 ** 30, 2 ** 28);
  const memoryLimitMb = parseInteger('THIMBLE_DUCKDB_MEMORY_MB', readEnv('THIMBLE_DUCKDB_MEMORY_MB') ?? '96', 64, 1_048_576);
  const publicUrl = parsePublicUrl(flags['public-url'] ?? readEnv('THIMBLE_PUBLIC_URL'));
  const trustedProxies = parseAddresses(readEnv('THIMBLE_TRUSTED_PROXIES') ?? '');
  const host = parseHost(flags.host ?? readEnv('THIMBLE_HOST') ?? '127.0.0.1');
  return {
    dataDirectory,
    host,
    databaseUrl,
    undoMove,
    port,
    metricsPort: parseInteger('THIMBLE_METRICS_PORT', readEnv('THIMBLE_METRICS_PORT') ?? (port === 0 ? '0' : '4601'), 0, 65_535),
    publicUrl,
    trustedProxies,
    ephemeralAsAccountToken: readSwitch('THIMBLE_EPHEMERAL_AS_ACCOUNT_TOKEN'),
    egress: parseEgress(
      { allow: readEnv('THIMBLE_EGRESS_ALLOW') ?? '', deny: readEnv('THIMBLE_EGRESS_DENY') ?? '' },
      isLocal(host, publicUrl, trustedProxies),
    ),
    people: readPeopleConfig(),
    logLevel: parseLogLevel(readEnv('THIMBLE_LOG_LEVEL') ?? 'info'),
    masterKey: {
      file: resolve(readEnv('THIMBLE_MASTER_KEY_FILE') ?? join(dataDirectory, 'master.key')),
      value: readEnv('THIMBLE_MASTER_KEY'),
    },
    intake: {
      budgetBytes: readBytes('THIMBLE_INTAKE_BUDGET_BYTES', 96 * 2 ** 20, 32 * 2 ** 20),
      budgetWaitMs: 5000,
      threads: parseInteger('THIMBLE_INTAKE_THREADS', readEnv('THIMBLE_INTAKE_THREADS') ?? '1', 1, 64),
    },
    buffer: {
      maxBytes,
      maxBytesPerSource: readBytes('THIMBLE_BUFFER_MAX_BYTES_PER_SOURCE', Math.floor(maxBytes / 4), 2 ** 26),
      segmentBytes: readBytes('THIMBLE_BUFFER_SEGMENT_BYTES', 256 * 2 ** 20, 2 ** 20, 2 ** 30),
      // Not configurable: a 2xx is a promise. Tests switch it off to prove that they would notice.
      synchronous: 'full',
    },
    loader: {
      maxWindowBytes: readBytes('THIMBLE_LOADER_WINDOW_BYTES', 32 * 2 ** 20, 2 ** 16),
      hangMs: 1000 * parseInteger('THIMBLE_LOADER_HANG_SECONDS', readEnv('THIMBLE_LOADER_HANG_SECONDS') ?? '300', 30, 86_400),
    },
    duckdb: {
      memoryLimitMb,
      maxMemoryLimitMb: parseInteger(
        'THIMBLE_DUCKDB_MAX_MEMORY_MB',
        readEnv('THIMBLE_DUCKDB_MAX_MEMORY_MB') ?? String(Math.max(memoryLimitMb, Math.min(4096, halfOfMemoryMb()))),
        memoryLimitMb,
        1_048_576,
      ),
      threads: parseInteger('THIMBLE_DUCKDB_THREADS', readEnv('THIMBLE_DUCKDB_THREADS') ?? '1', 1, 256),
    },
  };
}

/** A usable database URL; `name` is where it was given. The message of the `ConfigError` does not repeat it. */
export function readDatabaseUrl<Text extends string | undefined>(name: string, text: Text): Text {
  try {
    if (text !== undefined) parseDatabaseUrl(text);
    return text;
  } catch (error) {
    throw new ConfigError(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Half of what the machine has, or the container if that is less. */
function halfOfMemoryMb(): number {
  return Math.floor(Math.min(totalmem(), process.constrainedMemory() || Infinity) / 2 / 2 ** 20);
}

function parseInteger(name: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value) || value < least || value > most)
    throw new ConfigError(`${name} must be a whole number from ${least} to ${most}, not "${text}".`);
  return value;
}

function readBytes(name: `THIMBLE_${string}`, fallback: number, least: number, most: number = 2 ** 50): number {
  return parseInteger(name, readEnv(name) ?? String(fallback), least, most);
}

/** `on` or `off`, which is the default. */
function readSwitch(name: `THIMBLE_${string}`): boolean {
  const text = readEnv(name) ?? 'off';
  if (text !== 'on' && text !== 'off') throw new ConfigError(`${name} must be on or off, not "${text}".`);
  return text === 'on';
}

function parseHost(text: string): string {
  if (isIP(text) === 0 && text !== 'localhost') throw new ConfigError(`--host must be an IP address or localhost, not "${text}".`);
  return text;
}

function parseAddresses(text: string): string[] {
  const addresses = listEntries(text);
  const wrong = addresses.find((address) => isIP(address) === 0);
  if (wrong !== undefined) throw new ConfigError(`THIMBLE_TRUSTED_PROXIES must hold IP addresses, not "${wrong}".`);
  return addresses;
}

function listEntries(text: string): string[] {
  return text.split(',').flatMap((entry) => (entry.trim() === '' ? [] : [entry.trim()]));
}

function parseEgress({ allow, deny }: { allow: string; deny: string }, local: boolean): EgressPolicy {
  const entries = listEntries(allow);
  const allowed = entries.filter((entry) => entry !== 'private').map((entry) => parseRange('THIMBLE_EGRESS_ALLOW', '"private", ', entry));
  const denied = listEntries(deny).map((entry) => parseRange('THIMBLE_EGRESS_DENY', '', entry));
  return { privateAllowed: local || entries.includes('private'), allowed, denied };
}

/** Whether only this machine can reach the server: to such a one private networks are open (access.md, what accounts may make the server do). */
function isLocal(host: string, publicUrl: URL | undefined, trustedProxies: readonly string[]): boolean {
  const urlHost = publicUrl?.hostname.replace(/^\[(.*)\]$/, '$1');
  return isLoopback(host) && trustedProxies.length === 0 && (urlHost === undefined || isLoopback(urlHost));
}

function parseRange(name: string, others: string, text: string): AddressRange {
  const range = findRange(text);
  if (range === undefined) {
    throw new ConfigError(`${name} must hold ${others}addresses or ranges such as 10.1.0.0/16, not "${text}".`);
  }
  return range;
}

function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  const address = findAddress(host);
  return address !== undefined && (host.startsWith('127.') || host === '::1') && classifyAddress(address) === 'private';
}

function parsePublicUrl(text: string | undefined): URL | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.pathname !== '/' || url.search !== '') {
    throw new ConfigError(`--public-url must be an http or https origin such as https://ingest.example.com, not "${text}".`);
  }
  return url;
}

function parseLogLevel(text: string): LogLevel {
  const level = logLevels.find((name) => name === text);
  if (level === undefined) throw new ConfigError(`THIMBLE_LOG_LEVEL must be one of ${logLevels.join(', ')}, not "${text}".`);
  return level;
}
