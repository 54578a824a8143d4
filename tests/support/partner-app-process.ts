/** The example of a partner's application as a child process, registered with a running server. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import type { WebServer } from './web-server.ts';

const main = new URL('../../examples/partner-app/main.ts', import.meta.url).pathname;

export interface PartnerAppProcess {
  readonly origin: string;
  readonly partnerId: string;
  /** Undefined when it registered itself. */
  readonly partnerSecret: string | undefined;
  /** With which notices to it are signed, in hexadecimal; undefined when it registered itself. */
  readonly noticeKey: string | undefined;
  stop(): Promise<void>;
}

/** Registers a partner as the operator does, and starts its application. */
export async function startPartnerApp(
  server: Pick<WebServer, 'url' | 'operator'>,
  { name = 'Loom Works', warehouse }: { name?: string; warehouse?: string } = {},
): Promise<PartnerAppProcess> {
  const port = await findFreePort();
  const made = await server.operator.call('POST', '/partners', {
    name,
    redirect_uris: [`http://127.0.0.1:${port}/callback`],
    // Nobody listens there: tests bring the notices themselves.
    notice_url: 'https://notices.invalid/',
  });
  const [partnerSecret, noticeKey] = [String(made['partner_secret']), String(made['notice_signing_key'])];
  const app = await start(server.url, [`--port=${port}`, `--partner-id=${String(made['partner_id'])}`, ...flag('warehouse', warehouse)], {
    PARTNER_SECRET: partnerSecret,
    PARTNER_NOTICE_KEY: noticeKey,
  });
  return { ...app, partnerSecret, noticeKey };
}

/** Starts it as its README says, so that it registers itself. */
export function startSelfRegistered({ url, dataDirectory }: Pick<WebServer, 'url' | 'dataDirectory'>): Promise<PartnerAppProcess> {
  return start(url, ['--port=0', `--data=${dataDirectory}`], {});
}

async function start(thimble: URL, flags: readonly string[], env: Readonly<Record<string, string>>): Promise<PartnerAppProcess> {
  const child = spawn(process.execPath, [main, `--thimble=${thimble.origin}`, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  for await (const line of createInterface({ input: child.stdout })) {
    const { id, origin } = /\((?<id>oc_\w+)\) is ready at (?<origin>\S+)$/.exec(line)?.groups ?? {};
    if (id === undefined || origin === undefined) continue;
    child.stdout.resume();
    return {
      origin,
      partnerId: id,
      partnerSecret: undefined,
      noticeKey: undefined,
      async stop() {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
      },
    };
  }
  throw new Error(`The application of the partner ended before it was ready: ${errors}`);
}

const flag = (name: string, value: string | undefined): string[] => (value === undefined ? [] : [`--${name}=${value}`]);

/** Redirect URIs are registered before the application listens. */
async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
