#!/usr/bin/env node
// Finds the runtime (ADR 1) and runs Thimble on it. Plain JavaScript: it must start on whatever Node the host has.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const supportedMajor = 24;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'src', 'main.ts');
const main = existsSync(source) ? source : join(root, 'dist', 'src', 'main.js');

function findPinnedNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  try {
    const manifest = createRequire(import.meta.url).resolve(`node-${platform}-${process.arch}/package.json`);
    const file = join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

/**
 * How glibc keeps freed memory, read when a process starts: few pools, and large buffers go back to the system at once. By its own
 * choice it keeps a tenth more. What the operator has set stays.
 */
const allocator = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' };
const tunes = process.platform === 'linux' && ['serve', 'demo'].includes(process.argv[2] ?? '');
const env = tunes ? { ...allocator, ...process.env } : process.env;
const isTuned = Object.keys(env).length === Object.keys(process.env).length;

const runsHere = Number(process.versions.node.split('.')[0]) >= supportedMajor;
const chosen = process.env.THIMBLE_NODE || findPinnedNode() || (runsHere ? process.execPath : undefined);

if (chosen === undefined) {
  process.stderr.write(
    `Thimble needs Node ${supportedMajor}: install it, or set THIMBLE_NODE to its executable (this is Node ${process.versions.node}).\n`,
  );
  process.exitCode = 1;
} else if (chosen === process.execPath && isTuned) {
  await import(pathToFileURL(main).href);
} else {
  // The extra channel tells the child when this process is gone, so that a killed launcher leaves no server behind.
  // V8 keeps a list of code pages that ending threads can make it abort over, where processors have protection keys.
  const child = spawn(chosen, ['--no-memory-protection-keys', main, ...process.argv.slice(2)], {
    env,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`Thimble could not start ${chosen}: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}
