/** How far an interrupted push came, kept beside the file until it is complete. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { CommandError } from './command.ts';

/** What must be the same for a resumed push. */
export interface PushTarget {
  readonly url: string;
  readonly table: string;
  readonly key: readonly string[];
  readonly size: number;
  readonly mtimeMs: number;
}

export interface PushState {
  readonly target: PushTarget;
  /** Sequence of line 1 as decimal text; line n gets this plus n − 1, also when resumed. */
  readonly sequenceBase: string;
  readonly offset: number;
  readonly line: number;
}

const stateFileOf = (file: string): string => `${file}.thimble-push.json`;

/** The state of an earlier run for the same target, or a fresh one. Throws `CommandError` when the target differs. */
export function openPushState(file: string, target: PushTarget, nowMs: number): PushState {
  const stateFile = stateFileOf(file);
  if (!existsSync(stateFile)) return { target, sequenceBase: String(BigInt(nowMs) * 1_000_000n), offset: 0, line: 1 };
  const state: PushState = JSON.parse(readFileSync(stateFile, 'utf8'));
  if (JSON.stringify(state.target) !== JSON.stringify(target)) {
    throw new CommandError(`An earlier push of this file went elsewhere, or the file changed since. Delete ${stateFile} to begin anew.`);
  }
  return state;
}

export function savePushState(file: string, state: PushState): void {
  const stateFile = stateFileOf(file);
  writeFileSync(`${stateFile}.new`, JSON.stringify(state), { flush: true });
  renameSync(`${stateFile}.new`, stateFile);
}

export function removePushState(file: string): void {
  rmSync(stateFileOf(file), { force: true });
}
