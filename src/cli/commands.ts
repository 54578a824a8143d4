/** Every command of `thimble`, in one list. */
import type { Command, Flag } from './command.ts';

const data: Flag = { type: 'string', help: 'data directory of the server (default ./thimble-data)' };
const json: Flag = { type: 'boolean', help: 'print JSON' };
const source: Flag = { type: 'string', help: 'source id' };
const table: Flag = { type: 'string', help: 'only this table, named as sent or as in the warehouse' };
const state: Flag = { type: 'string', help: 'only rejected, replaying or replayed ones' };
const account: Flag = { type: 'string', help: 'account id (default: the only account)' };

export const commands: readonly Command[] = [
  {
    name: 'serve',
    summary: 'Run the server.',
    usage: '[--port N] [--host ADDRESS] [--data DIR] [--public-url URL] [--undo-move]',
    flags: {
      port: { type: 'string', help: 'port to listen on, 0 picks one (default 4600)' },
      host: { type: 'string', help: 'address to listen on (default 127.0.0.1)' },
      data,
      'public-url': { type: 'string', help: 'origin clients use, e.g. https://ingest.example.com' },
      'undo-move': { type: 'boolean', help: 'serve the copy a move to PostgreSQL left in the data directory' },
    },
    positionals: 0,
    load: () => import('./commands/serve.ts'),
  },
  {
    name: 'demo',
    summary: 'Push three real data sets through a server and show what landed.',
    usage: '[--once] [--data DIR] [--port N]',
    flags: {
      once: { type: 'boolean', help: 'stop when everything is loaded' },
      data: { type: 'string', help: 'directory to keep (default: a temporary one)' },
      port: { type: 'string', help: 'port to listen on (default: a free one)' },
    },
    positionals: 0,
    load: () => import('./commands/demo.ts'),
  },
  {
    name: 'push',
    summary: 'Send a file of newline-delimited JSON to one table; run it again to resume.',
    usage: 'FILE --url URL --token TOKEN --table NAME [--key NAME[,NAME]]',
    flags: {
      url: { type: 'string', help: 'base URL of the server, e.g. http://127.0.0.1:4600', required: true },
      token: { type: 'string', help: 'import token (or set THIMBLE_TOKEN)' },
      table: { type: 'string', help: 'table to load into', required: true },
      key: { type: 'string', help: 'key columns, comma-separated; without it rows are appended' },
    },
    positionals: 1,
    load: () => import('./commands/push.ts'),
  },
  {
    name: 'query',
    summary: 'Run one SELECT on the embedded warehouse through the running server.',
    usage: '"SQL" [--data DIR] [--account ID] [--json]',
    flags: { data, account, json },
    positionals: 1,
    load: () => import('./commands/query.ts'),
  },
  {
    name: 'warehouse copy',
    summary: 'Write a consistent copy of the embedded warehouse while the server runs.',
    usage: 'FILE [--data DIR] [--account ID]',
    flags: { data, account },
    positionals: 1,
    load: () => import('./commands/warehouse-copy.ts'),
  },
  {
    name: 'status',
    summary: 'Show what waits in the buffer and what each table last loaded.',
    usage: '[--data DIR] [--json]',
    flags: { data, json },
    positionals: 0,
    load: () => import('./commands/status.ts'),
  },
  {
    name: 'move',
    summary: 'Move an embedded installation to PostgreSQL while its server is stopped; run it again to resume.',
    usage: '[--to DATABASE_URL] [--data DIR]',
    flags: { to: { type: 'string', help: 'empty database, e.g. postgres://user@host/thimble (or set DATABASE_URL)' }, data },
    positionals: 0,
    load: () => import('./commands/move.ts'),
  },
  {
    name: 'rejects list',
    summary: 'List what could not be loaded, newest first.',
    usage: '--source ID [--table NAME] [--state STATE] [--limit N] [--before ID] [--data DIR] [--json]',
    flags: {
      source: { ...source, required: true },
      table,
      state,
      limit: { type: 'string', help: 'how many (default 100, at most 1000)' },
      before: { type: 'string', help: 'go on below this id' },
      data,
      json,
    },
    positionals: 0,
    load: () => import('./commands/rejects-list.ts'),
  },
  {
    name: 'rejects export',
    summary: 'Write rejected records as newline-delimited JSON, oldest first.',
    usage: '--source ID [--table NAME] [--state STATE] [--data DIR]',
    flags: { source: { ...source, required: true }, table, state, data },
    positionals: 0,
    load: () => import('./commands/rejects-export.ts'),
  },
  {
    name: 'rejects replay',
    summary: 'Send rejected records again, as they were; a newer row in the table wins.',
    usage: '--source ID [--table NAME] [--uncertain] [--data DIR] [--json]',
    flags: {
      source: { ...source, required: true },
      table,
      uncertain: { type: 'boolean', help: 'also those that an interrupted replay may have sent already' },
      data,
      json,
    },
    positionals: 0,
    load: () => import('./commands/rejects-replay.ts'),
  },
  {
    name: 'load retry',
    summary: 'Try at once what is held back after a failure, for instance after a repair.',
    usage: '[--source ID] [--table NAME] [--data DIR] [--json]',
    flags: { source, table: { type: 'string', help: 'only this table, named as sent' }, data, json },
    positionals: 0,
    load: () => import('./commands/load-retry.ts'),
  },
  {
    name: 'operator account create',
    summary: 'Create an account with its first member and an embedded warehouse.',
    usage: '--company NAME --email ADDRESS [--name NAME] [--plan PLAN] [--data DIR] [--json]',
    flags: {
      company: { type: 'string', help: 'name of the account', required: true },
      email: { type: 'string', help: 'address of its first member', required: true },
      name: { type: 'string', help: 'name of its first member' },
      plan: { type: 'string', help: 'free_trial, standard, advanced or premium (default premium)' },
      data,
      json,
    },
    positionals: 0,
    load: () => import('./commands/operator-account-create.ts'),
  },
  {
    name: 'operator account list',
    summary: 'List the accounts.',
    usage: '[--data DIR] [--json]',
    flags: { data, json },
    positionals: 0,
    load: () => import('./commands/operator-account-list.ts'),
  },
  {
    name: 'operator api-key create',
    summary: 'Create an API access key; it is shown once.',
    usage: '--account ID --description TEXT [--data DIR] [--json]',
    flags: {
      account: { type: 'string', help: 'account id', required: true },
      description: { type: 'string', help: 'what the key is for', required: true },
      data,
      json,
    },
    positionals: 0,
    load: () => import('./commands/operator-api-key-create.ts'),
  },
  {
    name: 'audit verify',
    summary: 'Check the chain of the audit log.',
    usage: '[--head SEQ:MAC] [--data DIR] [--json]',
    flags: { head: { type: 'string', help: 'a head noted earlier; the log must still contain it' }, data, json },
    positionals: 0,
    load: () => import('./commands/audit-verify.ts'),
  },
];
