/** Registers this application as a partner with a Thimble of this machine, as its operator would by hand. */
import { spawnSync } from 'node:child_process';

export interface RegisteredPartner {
  readonly partnerId: string;
  readonly partnerSecret: string;
  readonly noticeKey: string | undefined;
}

const launcher = new URL('../../bin/thimble.js', import.meta.url).pathname;

export function registerPartner(options: { dataDirectory: string; redirectUri: string; noticeUrl: string | undefined }): RegisteredPartner {
  const { dataDirectory, redirectUri, noticeUrl } = options;
  const args = ['operator', 'partner', 'create', '--json', '--name', 'Loom Works', '--redirect-uri', redirectUri, '--data', dataDirectory];
  if (noticeUrl !== undefined) args.push('--notice-url', noticeUrl);
  const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`Thimble did not register this application: ${stderr.trim()}`);
  const made: { partner_id: string; partner_secret: string; notice_signing_key?: string } = JSON.parse(stdout);
  return { partnerId: made.partner_id, partnerSecret: made.partner_secret, noticeKey: made.notice_signing_key };
}
