import { CommandError } from './command.ts';

const inUse = 2;
/** Errors that say in one sentence why the server does not start, by their names: `cli` knows the rooms they come from by name only. */
const exitCodes: Readonly<Record<string, number>> = {
  DataDirectoryLockedError: inUse,
  NodeLockedError: inUse,
  MovedError: 1,
  StoreUnavailableError: 1,
  BufferUnavailableError: 1,
  ImportError: 1,
  CopyMismatchError: 1,
};

/** Throws what the user can put right as a `CommandError`, and everything else as it is. */
export function explainStart(error: unknown): never {
  const exitCode = error instanceof Error && Object.hasOwn(exitCodes, error.name) ? exitCodes[error.name] : undefined;
  if (error instanceof Error && exitCode !== undefined) throw new CommandError(error.message, exitCode);
  throw error;
}
