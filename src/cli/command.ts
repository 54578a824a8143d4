/** The shape of a command, and the errors that end one. */
import type { ParseArgsOptionsConfig } from 'node:util';

export interface Invocation {
  readonly positionals: readonly string[];
  readonly flags: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
}

export interface Command {
  /** Words after `thimble`, e.g. `operator account create`. */
  readonly name: string;
  readonly summary: string;
  /** What follows the name in the usage line. */
  readonly usage: string;
  readonly flags: Readonly<Record<string, Flag>>;
  /** Number of positional arguments. */
  readonly positionals: number;
  readonly load: () => Promise<{ run: (invocation: Invocation) => Promise<number> }>;
}

export interface Flag {
  readonly type: 'string' | 'boolean';
  readonly help: string;
  readonly required?: true;
  /** May be given more than once; `listTexts` reads it. */
  readonly multiple?: true;
}

/** Something the user can put right; printed as one sentence, exit code as given. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** `util.parseArgs` options of a command's flags. */
export function toParseOptions(flags: Command['flags']): ParseArgsOptionsConfig {
  return Object.fromEntries([
    ...Object.entries(flags).map(([name, { type, multiple = false }]) => [name, { type, multiple }]),
    ['help', { type: 'boolean' }],
  ]);
}

/** A string flag's value, or undefined when it was not given. */
export function findText(invocation: Invocation, name: string): string | undefined {
  const value = invocation.flags[name];
  return typeof value === 'string' ? value : undefined;
}

/** A required string flag's value; the parser has already refused its absence. */
export function getText(invocation: Invocation, name: string): string {
  const value = findText(invocation, name);
  if (value === undefined) throw new CommandError(`--${name} is required.`, 64);
  return value;
}

/** Every value of a flag that may be given more than once. */
export function listTexts(invocation: Invocation, name: string): readonly string[] {
  const value = invocation.flags[name];
  return Array.isArray(value) ? value : [];
}

/** A flag that is an id, or undefined when it was not given. */
export function findId(invocation: Invocation, name: string): number | undefined {
  const value = findText(invocation, name);
  if (value === undefined) return undefined;
  if (!/^\d{1,15}$/.test(value)) throw new CommandError(`--${name} must be a number.`, 64);
  return Number(value);
}
