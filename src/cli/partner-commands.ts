/** The commands with which the operator registers partners. */
import type { Command, Flag } from './command.ts';

const data: Flag = { type: 'string', help: 'data directory of the server (default ./thimble-data)' };
const json: Flag = { type: 'boolean', help: 'print JSON' };
const commands = () => import('./commands/operator-partner.ts');

export const partnerCommands: readonly Command[] = [
  {
    name: 'operator partner create',
    summary: 'Register an application that owners may let act on their accounts; its secret is shown once.',
    usage: '--name NAME --redirect-uri URI … [--logo FILE] [--notice-url URL] [--data DIR] [--json]',
    flags: {
      name: { type: 'string', help: 'what people read when they are asked to consent', required: true },
      'redirect-uri': {
        type: 'string',
        help: 'where browsers are sent back to, exactly; may be given again, the first is the default',
        required: true,
        multiple: true,
      },
      logo: { type: 'string', help: 'PNG, JPEG, WebP or SVG file of at most 64 KiB' },
      'notice-url': { type: 'string', help: 'https:// URL that is told when a member ends or restores its access' },
      data,
      json,
    },
    positionals: 0,
    load: async () => ({ run: (await commands()).create }),
  },
  {
    name: 'operator partner list',
    summary: 'List the partners.',
    usage: '[--data DIR] [--json]',
    flags: { data, json },
    positionals: 0,
    load: async () => ({ run: (await commands()).list }),
  },
  {
    name: 'operator partner rotate-secret',
    summary: 'Give a partner a new secret; the old one goes on working for a while.',
    usage: 'PARTNER_ID [--overlap TIME] [--data DIR] [--json]',
    flags: { overlap: { type: 'string', help: 'how long, such as 90m, 24h or 7d; 0 ends it at once (default 24h)' }, data, json },
    positionals: 1,
    load: async () => ({ run: (await commands()).rotateSecret }),
  },
  {
    name: 'operator partner suspend',
    summary: 'Stop a partner on every account at once; its keys stay as they are.',
    usage: 'PARTNER_ID [--data DIR] [--json]',
    flags: { data, json },
    positionals: 1,
    load: async () => ({ run: (await commands()).suspend }),
  },
  {
    name: 'operator partner resume',
    summary: 'Let a suspended partner act again.',
    usage: 'PARTNER_ID [--data DIR] [--json]',
    flags: { data, json },
    positionals: 1,
    load: async () => ({ run: (await commands()).resume }),
  },
  {
    name: 'operator partner remove',
    summary: 'Remove a partner and delete its keys on every account; what it made stays.',
    usage: 'PARTNER_ID [--data DIR] [--json]',
    flags: { data, json },
    positionals: 1,
    load: async () => ({ run: (await commands()).remove }),
  },
];
