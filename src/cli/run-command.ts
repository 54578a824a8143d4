/** Finds and runs a command; the only place that prints failures and decides exit codes. */
import { parseArgs } from 'node:util';
import { ConfigError } from '../config/config-error.ts';
import { readVersion } from '../config/version.ts';
import { CommandError, toParseOptions, type Command, type Invocation } from './command.ts';
import { commands } from './commands.ts';

const usageExitCode = 64;

/** Runs `thimble <args>` and resolves with its exit code: 0 done, 1 failed, 2 data directory in use, 64 wrong usage. */
export async function runCommand(args: readonly string[]): Promise<number> {
  if (args[0] === '--version') return print(readVersion());
  const command = commands.find(({ name }) => name.split(' ').every((word, index) => args[index] === word));
  if (command === undefined) {
    const asked = args.filter((word) => !word.startsWith('-')).join(' ');
    if (asked === '' && (args.length === 0 || args.includes('--help'))) return print(describeAll());
    const family = commands.filter(({ name }) => name.startsWith(`${asked} `));
    if (family.length > 0 && args.includes('--help')) return print(family.map(describe).join('\n\n'));
    process.stderr.write(`thimble has no command "${asked}". Run "thimble --help" for the list.\n`);
    return usageExitCode;
  }
  try {
    const invocation = parseInvocation(command, args.slice(command.name.split(' ').length));
    if (invocation === undefined) return print(describe(command));
    const { run } = await command.load();
    return await run(invocation);
  } catch (error) {
    return fail(error);
  }
}

function parseInvocation(command: Command, args: readonly string[]): Invocation | undefined {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options: toParseOptions(command.flags), allowPositionals: true, strict: true });
  } catch (error) {
    throw new CommandError(
      `${error instanceof Error ? error.message : String(error)}\nUsage: thimble ${command.name} ${command.usage}`,
      usageExitCode,
    );
  }
  const flags: Invocation['flags'] = Object.fromEntries(
    Object.entries(parsed.values).map(([name, value]) => [name, Array.isArray(value) ? value.map(String) : value]),
  );
  if (flags['help'] === true) return undefined;
  const missing = Object.entries(command.flags).find(([name, { required }]) => required && flags[name] === undefined);
  if (missing !== undefined)
    throw new CommandError(`--${missing[0]} is required.\nUsage: thimble ${command.name} ${command.usage}`, usageExitCode);
  if (parsed.positionals.length !== command.positionals)
    throw new CommandError(`Usage: thimble ${command.name} ${command.usage}`, usageExitCode);
  return { positionals: parsed.positionals, flags };
}

function describeAll(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `Usage: thimble COMMAND [flags]\n\n${lines.join('\n')}\n\nRun "thimble COMMAND --help" for its flags.`;
}

function describe(command: Command): string {
  const flags = Object.entries(command.flags);
  const width = Math.max(0, ...flags.map(([name]) => name.length));
  const lines = flags.map(([name, { help }]) => `  --${name.padEnd(width)}  ${help}`);
  return [`${command.summary}\n\nUsage: thimble ${command.name} ${command.usage}`, ...(lines.length > 0 ? [lines.join('\n')] : [])].join(
    '\n\n',
  );
}

function fail(error: unknown): number {
  if (error instanceof CommandError) {
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    return usageExitCode;
  }
  process.stderr.write(`Thimble failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}
