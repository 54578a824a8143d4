/** A partner's application: `npm run example:partner -- --data DIR`, or with the id and secret of a partner that is registered already. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { createOAuthClient } from './oauth.ts';
import { registerPartner, type RegisteredPartner } from './register.ts';
import { createPartnerApp } from './server.ts';

const { values: flags } = parseArgs({
  options: {
    thimble: { type: 'string', default: 'http://127.0.0.1:4600' },
    port: { type: 'string', default: '4700' },
    data: { type: 'string' },
    'partner-id': { type: 'string' },
    'partner-secret': { type: 'string' },
    'notice-key': { type: 'string' },
    'notice-url': { type: 'string' },
    warehouse: { type: 'string' },
  },
});

const server = createServer();
server.listen(Number(flags.port), '127.0.0.1', () => {
  try {
    start((server.address() as AddressInfo).port);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
    server.close();
  }
});

/** Once it listens, since the port is part of the address that is registered. */
function start(port: number): void {
  const origin = `http://127.0.0.1:${port}`;
  const redirectUri = `${origin}/callback`;
  const { partnerId, partnerSecret, noticeKey } = findRegistration(redirectUri);
  const thimble = new URL(flags.thimble);
  const warehouse = flags.warehouse === undefined ? undefined : new URL(flags.warehouse);
  const oauth = createOAuthClient(thimble, { partnerId, partnerSecret, redirectUri });
  server.on('request', createPartnerApp({ thimble, origin, oauth, warehouse, noticeKey }));
  process.stdout.write(`Loom Works (${partnerId}) is ready at ${origin}\n`);
}

/** Secrets come better from the environment: everybody on a machine sees the arguments of its programs. */
function findRegistration(redirectUri: string): RegisteredPartner {
  const partnerId = flags['partner-id'];
  const partnerSecret = flags['partner-secret'] ?? process.env['PARTNER_SECRET'];
  if (partnerId !== undefined && partnerSecret !== undefined)
    return { partnerId, partnerSecret, noticeKey: flags['notice-key'] ?? process.env['PARTNER_NOTICE_KEY'] };
  if (flags.data === undefined) throw new Error('Give --partner-id and --partner-secret, or --data of a Thimble on this machine.');
  return registerPartner({ dataDirectory: flags.data, redirectUri, noticeUrl: flags['notice-url'] });
}
