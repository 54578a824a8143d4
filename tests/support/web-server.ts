/** The whole system with people in it, as the tests of the app need it. */
import { join } from 'node:path';
import { hash } from '@node-rs/argon2';
import { createMint } from '../../src/access/mint.ts';
import { createPeppers } from '../../src/access/peppers.ts';
import { loadMasterKey } from '../../src/config/secrets.ts';
import { openStore, type Store } from '../../src/store/database.ts';
import { createMemberClient, signIn, type MemberClient, type MemberClientOptions } from './member-client.ts';
import { credentialRow } from './store-rows.ts';
import { startTestApp, type TestApp, type TestAppOptions } from './test-app.ts';

export interface Person {
  readonly accountId: number;
  readonly memberId: number;
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export interface PersonOptions {
  readonly company?: string;
  readonly name?: string;
  readonly email?: string;
  readonly plan?: 'free_trial' | 'standard' | 'advanced' | 'premium';
}

export interface WebServer extends TestApp {
  /** A new account with its Administrator, who has chosen a password. */
  account(options?: PersonOptions): Promise<Person>;
  /** A General User of the account of an Administrator, by an invitation. */
  invited(administrator: MemberClient, options?: PersonOptions): Promise<Person>;
  signIn(person: Person, options?: MemberClientOptions): Promise<MemberClient>;
  /** Keys of partners, which no page makes, with their secrets; the server is started anew to know them, at the same address. */
  addPartnerKeys(accountId: number, names: readonly string[]): Promise<string[]>;
  setPlan(accountId: number, plan: string): Promise<void>;
}

/** Long, and in no list of common ones. */
export const password = 'seven brass thimbles';

let people = 0;

export async function startWebServer(options: TestAppOptions = {}): Promise<WebServer> {
  let app = await startTestApp(options);
  const port = Number(app.url.port);
  const { dataDirectory, operator } = app;

  const web: WebServer = {
    ...app,
    account: (personOptions) => createPerson({ operator, dataDirectory }, personOptions),
    async invited(administrator, { name = 'Ben Ode', email = newEmail(name) } = {}) {
      const { link } = await administrator.call('inviteMember', { body: { email } });
      const token = new URL(link ?? 'http://no.link').hash.replace('#token=', '');
      const { account, member } = await createMemberClient(app.url).call('acceptInvitation', { body: { token, name, password } });
      return { accountId: account.id, memberId: member.id, name, email, password };
    },
    signIn: (person, clientOptions) => signIn(app.url, person, clientOptions),
    async addPartnerKeys(accountId, names) {
      await app.app.stop();
      const secrets = await insertPartnerKeys(dataDirectory, accountId, names);
      app = await startTestApp({
        ...options,
        dataDirectory,
        configure: (config) => ({ ...(options.configure?.(config) ?? config), port }),
      });
      return secrets;
    },
    async setPlan(accountId, plan) {
      await operator.call('POST', `/accounts/${accountId}/plan`, { plan });
    },
    stop: () => app.stop(),
  };
  return web;
}

/** A new account with its Administrator on any server of this machine. */
export async function createPerson(
  { operator, dataDirectory }: Pick<TestApp, 'operator' | 'dataDirectory'>,
  { company = 'Acme', name = 'Ann Lee', email = newEmail(name), plan = 'premium' }: PersonOptions = {},
): Promise<Person> {
  const made = await operator.call('POST', '/accounts', { company, name, email, plan });
  const memberId = Number(made['user_id']);
  const passwordHash = await hash(password);
  await withStore(dataDirectory, (store) =>
    store.transaction((tx) => tx.updateTable('member').set({ password_hash: passwordHash }).where('id', '=', memberId).execute()),
  );
  return { accountId: Number(made['account_id']), memberId, name, email, password };
}

function newEmail(name: string): string {
  return `${name.split(' ')[0]?.toLowerCase()}${(people += 1)}@example.com`;
}

/** A second connection to the store of a server. */
export async function withStore<Result>(dataDirectory: string, act: (store: Store) => Promise<Result>): Promise<Result> {
  const store = await openStore({ path: join(dataDirectory, 'store.db') });
  try {
    return await act(store);
  } finally {
    await store.close();
  }
}

async function insertPartnerKeys(dataDirectory: string, accountId: number, names: readonly string[]): Promise<string[]> {
  const key = await loadMasterKey({ file: join(dataDirectory, 'master.key'), value: undefined, mayCreate: false });
  const { mint } = createMint({ peppers: createPeppers({ derive: (purpose) => key.derive(purpose), currentId: 1 }) });
  return withStore(dataDirectory, async (store) =>
    store.transaction(async (tx) => {
      const secrets: string[] = [];
      const { id: memberId } = await tx
        .selectFrom('member')
        .select('id')
        .where('account_id', '=', accountId)
        .orderBy('id')
        .executeTakeFirstOrThrow();
      for (const [index, name] of names.entries()) {
        const id = accountId * 1000 + index;
        const { token, keyId, digest, last4, pepperId } = mint('partner_key');
        await tx.insertInto('partner').values({ id, name, created_at: 1 }).execute();
        const columns = {
          kind: 'partner_key',
          member_id: memberId,
          partner_id: id,
          key_id: keyId,
          digest,
          last4,
          pepper_id: pepperId,
        } as const;
        await tx
          .insertInto('credential')
          .values({ ...credentialRow(id, accountId, columns), created_at: Date.UTC(2031, 8, 18, 6, 18) })
          .execute();
        secrets.push(token);
      }
      return secrets;
    }),
  );
}
