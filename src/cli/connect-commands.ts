/** The commands that speak the Connect API with an API access key. */
import type { Command, Flag } from './command.ts';

const json: Flag = { type: 'boolean', help: 'print JSON' };
const url: Flag = { type: 'string', help: 'base URL of the server (or set THIMBLE_URL; default http://127.0.0.1:4600)' };
const source: Flag = { type: 'string', help: 'source id', required: true };
const type: Flag = { type: 'string', help: 'type, as the types of the Connect API name it', required: true };
const properties: Flag = { type: 'string', help: 'properties as a JSON object' };
const destination: Flag = { type: 'string', help: 'destination it loads into' };
const name: Flag = { type: 'string', help: 'name people see' };
const description: Flag = { type: 'string', help: 'what it is for' };

type Run = Awaited<ReturnType<Command['load']>>['run'];

/** A command of the Connect API; the key is in THIMBLE_API_KEY. */
function command(
  words: string,
  summary: string,
  {
    usage = '',
    flags = {},
    positionals = 0,
    load,
  }: { usage?: string; flags?: Command['flags']; positionals?: number; load: () => Promise<Run> },
): Command {
  return {
    name: words,
    summary,
    usage: `${usage === '' ? '' : `${usage} `}[--url URL] [--json]`,
    flags: { ...flags, url, json },
    positionals,
    load: async () => ({ run: await load() }),
  };
}

const sources = () => import('./commands/source.ts');
const destinations = () => import('./commands/destination.ts');
const streams = () => import('./commands/stream.ts');
const jobs = () => import('./commands/job.ts');
const tokens = () => import('./commands/token.ts');

const one = { usage: 'ID', positionals: 1 };
const ofSource = { usage: '--source ID', flags: { source } };

export const connectCommands: readonly Command[] = [
  command('source list', 'List the sources of the account.', { load: async () => (await sources()).list }),
  command('source get', 'Show a source.', { ...one, load: async () => (await sources()).get }),
  command('source create', 'Create a source.', {
    usage: '--type TYPE --name NAME [--properties JSON] [--destination ID]',
    flags: { type, name: { ...name, required: true }, properties, destination },
    load: async () => (await sources()).create,
  }),
  command('source update', 'Change a source; properties not given stay.', {
    usage: 'ID [--name NAME] [--properties JSON] [--destination ID]',
    flags: { name, properties, destination },
    positionals: 1,
    load: async () => (await sources()).update,
  }),
  command('source pause', 'Pause a source.', { ...one, load: async () => (await sources()).pause }),
  command('source unpause', 'Let a paused source go on.', { ...one, load: async () => (await sources()).unpause }),
  command('source delete', 'Delete a source and revoke its tokens.', { ...one, load: async () => (await sources()).remove }),
  {
    name: 'source discover',
    summary: 'Take the catalog a Singer tap printed as what a source offers; what was chosen stays.',
    usage: '--source ID --catalog FILE [--data DIR] [--json]',
    flags: {
      source,
      catalog: { type: 'string', help: 'file with the catalog; selections in it are not taken over', required: true },
      data: { type: 'string', help: 'data directory of the server (default ./thimble-data)' },
      json,
    },
    positionals: 0,
    load: async () => ({ run: (await sources()).discover }),
  },
  command('destination list', 'List the destinations of the account.', { load: async () => (await destinations()).list }),
  command('destination get', 'Show a destination.', { ...one, load: async () => (await destinations()).get }),
  command('destination create', 'Create a destination.', {
    usage: '--type TYPE --properties JSON [--name NAME] [--description TEXT]',
    flags: { type, properties, name, description },
    load: async () => (await destinations()).create,
  }),
  command('destination update', 'Change a destination; properties not given stay.', {
    usage: 'ID [--properties JSON] [--name NAME] [--description TEXT]',
    flags: { properties, name, description },
    positionals: 1,
    load: async () => (await destinations()).update,
  }),
  command('destination delete', 'Delete a destination.', { ...one, load: async () => (await destinations()).remove }),
  command('stream list', 'List the streams a source offers.', { ...ofSource, load: async () => (await streams()).list }),
  command('stream get', 'Show the fields of a stream.', {
    usage: 'ID --source ID',
    flags: { source },
    positionals: 1,
    load: async () => (await streams()).get,
  }),
  command('stream select', 'Select or deselect a stream or fields of it, and say how it is replicated.', {
    usage: 'TAP_STREAM_ID --source ID [--field NAME[,NAME]] [--off] [--method METHOD] [--key FIELD] [--view-key NAME[,NAME]]',
    flags: {
      source,
      field: { type: 'string', help: 'only these fields, comma-separated' },
      off: { type: 'boolean', help: 'deselect' },
      method: { type: 'string', help: 'FULL_TABLE, INCREMENTAL or LOG_BASED' },
      key: { type: 'string', help: 'replication key of INCREMENTAL' },
      'view-key': { type: 'string', help: 'key of a view, comma-separated' },
    },
    positionals: 1,
    load: async () => (await streams()).select,
  }),
  command('job start', 'Start an extraction job.', { ...ofSource, load: async () => (await jobs()).start }),
  command('job stop', 'Stop the extraction job of a source.', { ...ofSource, load: async () => (await jobs()).stop }),
  command('job list', 'List the job each source completed last.', { load: async () => (await jobs()).list }),
  command('token create', 'Create an import token; it is shown once.', { ...ofSource, load: async () => (await tokens()).create }),
  command('token list', 'List the active import tokens of a source.', { ...ofSource, load: async () => (await tokens()).list }),
  command('token revoke', 'Revoke an import token.', {
    usage: 'ID --source ID',
    flags: { source },
    positionals: 1,
    load: async () => (await tokens()).revoke,
  }),
];
