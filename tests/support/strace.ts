import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One system call. `began` and `ended` are line numbers of the trace: what ended before another began happened before it. */
export interface TracedCall {
  readonly pid: number;
  readonly name: string;
  /** As strace prints them; with `-y`, descriptors carry their path: `3</data/file>`. */
  readonly args: string;
  /** Undefined when the call never returned. */
  readonly result: number | undefined;
  readonly began: number;
  /** Infinity when the call never returned. */
  readonly ended: number;
}

/** Reads the output of `strace -f`, with or without `[pid …]` and timestamps, joining calls that other threads interrupted. */
export function parseTrace(text: string): TracedCall[] {
  const calls: TracedCall[] = [];
  const unfinished = new Map<string, { args: string; index: number }>();
  for (const [line, raw] of text.split('\n').entries()) {
    const head = /^(?:\[pid\s+(\d+)\]|(\d+))?\s*(?:(?:\d+:)*\d+(?:\.\d+)?\s+)?([a-z<].*)$/.exec(raw);
    if (head === null) continue;
    const pid = Number(head[1] ?? head[2] ?? 0);
    const rest = head[3] ?? '';
    const started = /^(\w+)\((.*?),?\s*<unfinished \.\.\.>$/.exec(rest);
    if (started !== null) {
      const [, name = '', args = ''] = started;
      unfinished.set(`${pid} ${name}`, { args, index: calls.length });
      calls.push({ pid, name, args, result: undefined, began: line, ended: Infinity });
      continue;
    }
    const resumed = /^<\.\.\. (\w+) resumed>\s*(.*)\)\s+= (-?\d+|0x[0-9a-f]+|\?)/.exec(rest);
    if (resumed !== null) {
      const [, name = '', args = '', result = ''] = resumed;
      const start = unfinished.get(`${pid} ${name}`);
      const call = start === undefined ? undefined : calls[start.index];
      if (start === undefined || call === undefined) continue;
      unfinished.delete(`${pid} ${name}`);
      calls[start.index] = { ...call, args: start.args + args, result: parseResult(result), ended: line };
      continue;
    }
    const whole = /^(\w+)\((.*)\)\s+= (-?\d+|0x[0-9a-f]+|\?)/.exec(rest);
    if (whole === null) continue;
    const [, name = '', args = '', result = ''] = whole;
    calls.push({ pid, name, args, result: parseResult(result), began: line, ended: line });
  }
  return calls;
}

function parseResult(text: string): number | undefined {
  return text === '?' ? undefined : Number(text);
}

const syncCalls = new Set(['fsync', 'fdatasync', 'sync_file_range', 'syncfs', 'sync', 'msync']);

/** True for the calls that make a file durable. */
export function isSync(call: TracedCall): boolean {
  return syncCalls.has(call.name);
}

/** Successful syncs of a file below `directory` that began after `after` ended and ended before `before` began. Needs a trace with `-y`. */
export function syncsBetween(calls: readonly TracedCall[], after: TracedCall, before: TracedCall, directory: string): TracedCall[] {
  return calls.filter(
    (call) =>
      isSync(call) && call.result === 0 && call.began > after.ended && call.ended < before.began && call.args.includes(`<${directory}/`),
  );
}

/** False, with a printed reason, where processes cannot be traced; an error in CI. */
export function canTrace(): boolean {
  try {
    execFileSync('strace', ['-f', '-o', '/dev/null', '-e', 'trace=fsync', 'true'], { stdio: 'pipe' });
    return true;
  } catch (error) {
    if (process.env['CI'] !== undefined) throw new Error('CI must be able to run strace.', { cause: error });
    console.warn(`Skipped: strace cannot be used here (${String(error).split('\n')[0]}).`);
    return false;
  }
}

/** Runs a command under strace until it ends and returns its calls of the given kinds; throws when it fails. */
export async function traceCommand(command: readonly string[], kinds: readonly string[]): Promise<TracedCall[]> {
  const directory = await mkdtemp(join(tmpdir(), 'thimble-trace-'));
  const output = join(directory, 'trace');
  try {
    const child = spawn('strace', ['-f', '-y', '-s', '256', '-o', output, '-e', `trace=${kinds.join(',')}`, ...command], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let errors = '';
    child.stdout.resume();
    child.stderr.on('data', (chunk: Uint8Array) => (errors += String(chunk)));
    const code = await new Promise((resolve) => child.on('close', resolve));
    if (code !== 0) throw new Error(`The traced command ended with ${String(code)}: ${errors}`);
    return parseTrace(await readFile(output, 'utf8'));
  } finally {
    await rm(directory, { recursive: true });
  }
}
