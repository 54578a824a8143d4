import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createControlPlane, keyActor } from '../../tests/support/control-plane.ts';
import { findSecrets, secretForms } from '../../tests/support/secret-forms.ts';
import { presentApiKey } from '../http/operator/present.ts';
import { createApiKey } from './api-key/create.ts';
import { deleteApiKey } from './api-key/delete.ts';
import { disableApiKey } from './api-key/disable.ts';
import { enableApiKey } from './api-key/enable.ts';
import { listApiKeys } from './api-key/list.ts';
import { createImportToken } from './import-token/create.ts';
import { listImportTokens } from './import-token/list.ts';
import { revokeImportToken } from './import-token/revoke.ts';
import { createSource } from './source/create.ts';

describe('a secret', () => {
  it('is found by the search wherever it does stand', () => {
    const token = `ac_${'aZ9'.repeat(17).slice(0, 50)}`;
    for (const form of [token, token.slice(3), Buffer.from(`ab${token}cd`).toString('base64'), Buffer.from(token).toString('hex')]) {
      expect(findSecrets(Buffer.from(`x${form}y`), [token])).not.toEqual([]);
    }
    expect(secretForms(token).every((form) => form.length >= 30)).toBe(true);
  });

  it('is in no audit row, list, or file of the control plane', async () => {
    const plane = await createControlPlane();
    const { accountId } = await plane.account();
    const key = await createApiKey(plane.operator, { accountId, description: 'ci' });
    const spare = await createApiKey(plane.operator, { accountId, description: 'spare' });
    const ctx = plane.as(keyActor(key.row));
    const source = await createSource(ctx, accountId, { type: 'import_api', display_name: 'Shop' });
    const token = await createImportToken(ctx, accountId, source.id);
    plane.verify(token.token);
    await disableApiKey(plane.operator, spare.row.id);
    await enableApiKey(plane.operator, spare.row.id);
    const lists = JSON.stringify([
      (await listApiKeys(plane.operator, accountId)).map(presentApiKey),
      (await listImportTokens(plane.operator, accountId, source.id)).map((row) => ({ ...row, digest: undefined })),
    ]);
    await revokeImportToken(ctx, accountId, source.id, token.row.id, { compromised: false });
    await deleteApiKey(plane.operator, spare.row.id, { compromised: true });
    const audit = await plane.parts.store.read.selectFrom('audit').selectAll().orderBy('seq').execute();

    const secrets = [key.token, spare.token, token.token];
    expect(findSecrets(Buffer.from(lists), secrets)).toEqual([]);
    expect(findSecrets(Buffer.from(JSON.stringify(audit)), secrets)).toEqual([]);
    const files = readdirSync(plane.directory);
    expect(files).toContain('store.db');
    expect(files).toContain('revoked.log');
    for (const file of files) expect(findSecrets(readFileSync(join(plane.directory, file)), secrets)).toEqual([]);

    expect(audit.map(({ verb, actor, subject }) => [verb, actor, subject])).toEqual([
      ['account.create', 'operator', `account:${accountId}`],
      ['api_key.create', 'operator', `api_key:${key.row.id}`],
      ['api_key.create', 'operator', `api_key:${spare.row.id}`],
      ['source.create', `api_key:${key.row.id}`, `source:${source.id}`],
      ['import_token.create', `api_key:${key.row.id}`, `import_token:${token.row.id}`],
      ['api_key.disable', 'operator', `api_key:${spare.row.id}`],
      ['api_key.enable', 'operator', `api_key:${spare.row.id}`],
      ['import_token.delete', `api_key:${key.row.id}`, `import_token:${token.row.id}`],
      ['api_key.delete', 'operator', `api_key:${spare.row.id}`],
    ]);
    expect(audit.every((row) => row.request_id === 'req-1' && row.address === '192.0.2.1' && row.account_id === accountId)).toBe(true);
    expect(await plane.parts.audit.verify(plane.parts.store.read)).toMatchObject({ ok: true, rows: 9 });
  });
});
