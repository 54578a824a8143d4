import { describe, expect, it } from 'vitest';
import { customEmail } from '../../../contract/notifications-api/custom-emails.ts';
import { createConnectServer, type ConnectServer } from '../../../tests/support/connect-server.ts';
import { setAccountPlan } from '../../domain/account/set-plan.ts';
import { createCustomEmail } from '../../domain/custom-email/create.ts';

const path = '/notifications/public/v1/api/custom-emails';
const address = { email_address: 'ops@example.test' };

async function create(server: ConnectServer, email = 'ops@example.test'): Promise<number> {
  const { body } = await server.call('POST', path, { email_address: email });
  return customEmail.parse(body).id;
}

describe('§14.17: custom e-mails', () => {
  it('are created, listed, disabled, enabled and deleted in the documented shapes', async () => {
    const server = await createConnectServer();
    const created = await server.call('POST', path, address);
    const object = {
      id: expect.any(Number),
      client_id: server.accountId,
      email_address: 'ops@example.test',
      created_at: '2031-04-02T08:59:01Z',
      disabled_at: null,
    };
    expect(created).toMatchObject({ status: 200, body: object });
    expect(created.body).toEqual(object);
    const { id } = customEmail.parse(created.body);
    expect(await server.call('PUT', `${path}/${id}`, { disabled_at: '2099-01-02T03:04:05+02:00' })).toMatchObject({
      status: 200,
      body: { disabled_at: '2099-01-02T01:04:05Z' },
    });
    expect((await server.call('GET', path)).body).toEqual([{ ...object, id, disabled_at: '2099-01-02T01:04:05Z' }]);
    expect((await server.call('PUT', `${path}/${id}`, { disabled_at: null })).body).toEqual({ disabled_at: null });
    expect((await server.call('GET', `${path}/`)).body).toEqual([{ ...object, id }]);
    const deleted = await server.call('DELETE', `${path}/${id}`);
    expect([deleted.status, deleted.body]).toEqual([200, [1]]);
    expect((await server.call('GET', path)).body).toEqual([]);
    const audit = await server.plane.parts.store.read.selectFrom('audit').select('verb').orderBy('seq').execute();
    expect(audit.map(({ verb }) => verb).filter((verb) => verb.startsWith('custom_email'))).toEqual([
      'custom_email.create',
      'custom_email.disable',
      'custom_email.enable',
      'custom_email.delete',
    ]);
  });

  it.each([
    ['nothing', undefined],
    ['no object', '[]'],
    ['no JSON', '{'],
    ['bytes', new Uint8Array([0xff, 0xfe])],
    ['no address', {}],
    ['an empty address', { email_address: '' }],
    ['no valid address', { email_address: 'ops' }],
    ['two addresses', { email_address: 'a@example.test,b@example.test' }],
    ['a header line', { email_address: 'a@example.test\r\nBcc: b@example.test' }],
    ['another type', { email_address: 7 }],
    ['a long address', { email_address: `${'a'.repeat(250)}@example.test` }],
    ['another key', { ...address, disabled_at: null }],
    ['a prototype', '{"email_address":"a@example.test","__proto__":{}}'],
  ])('refuse %s with the message by field', async (_what, body) => {
    const server = await createConnectServer();
    const reply = await server.call('POST', path, body);
    expect([reply.status, reply.body]).toEqual([400, { error: { message: { email_address: expect.any(String) } } }]);
    expect((await server.call('GET', path)).body).toEqual([]);
  });

  it('echo what is no instant', async () => {
    const server = await createConnectServer();
    const id = await create(server);
    for (const [sent, echoed] of [
      [{ disabled_at: 'yesterday' }, 'yesterday'],
      [{ disabled_at: true }, true],
      [{ disabled_at: { a: 1 } }, { a: 1 }],
      [{ disabled_at: '' }, ''],
      [{}, null],
      ['{', null],
      [{ disabled_at: 'x'.repeat(5000) }, null],
    ] as const) {
      const reply = await server.call('PUT', `${path}/${id}`, sent);
      expect([reply.status, reply.body]).toEqual([400, { disabled_at: echoed }]);
    }
  });

  it('answer an unknown id, also one of another account, with NOT FOUND', async () => {
    const server = await createConnectServer();
    const foreign = await createCustomEmail(server.plane.operator, server.foreign.accountId, 'eve@example.test');
    for (const id of [foreign.id, 999_999, '99999999999999999999']) {
      for (const [method, body] of [['PUT', { disabled_at: null }] as const, ['DELETE', undefined] as const]) {
        const reply = await server.call(method, `${path}/${id}`, body);
        expect([reply.status, reply.body]).toEqual([404, { status: 'NOT FOUND' }]);
      }
    }
    expect((await server.call('GET', path)).body).toEqual([]);
  });

  it('are ten at most, and a deletion gives its place', async () => {
    const server = await createConnectServer();
    const ids = [];
    for (let n = 0; n < 10; n += 1) ids.push(await create(server));
    await server.call('PUT', `${path}/${ids[3]}`, { disabled_at: '2031-01-01' });
    const refused = await server.call('POST', path, address);
    expect([refused.status, refused.body]).toEqual([400, { error: { message: expect.stringContaining('not authorized') } }]);
    await server.call('DELETE', `${path}/${ids[3]}`);
    expect((await server.call('POST', path, address)).status).toBe(200);
  });

  it('need a valid key, and answer other paths and methods with 404', async () => {
    const server = await createConnectServer();
    expect(await server.call('GET', path, undefined, { authorization: '' })).toMatchObject({
      status: 401,
      body: { error: 'Unauthorized' },
    });
    for (const [method, at] of [
      ['PATCH', path],
      ['DELETE', path],
      ['GET', `${path}/1`],
      ['POST', `${path}/1`],
      ['PUT', `${path}/abc`],
      ['GET', '/notifications/public/v1/api'],
      ['GET', '/notifications/public/v1/api/nothing'],
    ] as const) {
      expect(await server.call(method, at)).toMatchObject({
        status: 404,
        body: { error: 'NotFound', data: { message: expect.any(String) } },
      });
    }
    const broken = await server.call('GET', `${path}/%zz`);
    expect(broken.status).toBeGreaterThanOrEqual(400);
    expect(broken.status).toBeLessThan(500);
    await setAccountPlan(server.plane.operator, server.accountId, 'standard');
    expect((await server.call('GET', path)).status).toBe(401);
  });
});
