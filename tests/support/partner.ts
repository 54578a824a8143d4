/** A registered partner and the members who consent, on a control plane. */
import { createHash } from 'node:crypto';
import type { AuthorizationRequest } from '../../contract/account-api/authorization.ts';
import { createAttempts } from '../../src/access/attempts.ts';
import type { Verdict } from '../../src/access/principal.ts';
import { acceptAuthorization } from '../../src/domain/partner/consent.ts';
import { createPartner, type RegisteredPartner } from '../../src/domain/partner/create.ts';
import { exchangeCode, type ExchangeInput } from '../../src/domain/partner/exchange.ts';
import type { PeopleContext } from '../../src/domain/people.ts';
import type { Store } from '../../src/store/database.ts';
import { createControlPlane, type ControlPlane } from './control-plane.ts';
import { testPeople } from './test-people.ts';

export const callback = 'https://partner.example.com/callback';
export const verifier = 'v'.repeat(43);
export const challenge = createHash('sha256').update(verifier).digest('base64url');

export interface PartnerPlane {
  readonly plane: ControlPlane;
  readonly accountId: number;
  readonly partner: RegisteredPartner;
  /** `client_id` of a partner. */
  idOf(partner?: RegisteredPartner): string;
  /** Nobody in particular, such as a partner's server. */
  readonly visitor: PeopleContext;
  /** The account's only member, who has just signed in. */
  readonly member: PeopleContext;
  register(name: string, options?: { redirectUris?: readonly string[]; noticeUrl?: string }): Promise<RegisteredPartner>;
  /** The code of a consent. */
  consent(request?: Partial<AuthorizationRequest>, options?: { partner?: RegisteredPartner; days?: number }): Promise<string>;
  /** Rejects `OAuthError`. */
  exchange(code: string, input?: Partial<ExchangeInput>): ReturnType<typeof exchangeCode>;
  use(token: string): Verdict;
}

export async function createPartnerPlane(options: { store?: Store } = {}): Promise<PartnerPlane> {
  const plane = await createControlPlane(options);
  const { accountId, memberId } = await plane.account();
  const people = testPeople({ attempts: createAttempts({ now: () => plane.clock.now }) });
  const contextOf = (actor: PeopleContext['actor']): PeopleContext => ({ ...plane.as(actor), people, agent: 'test' });
  const visitor = contextOf({ kind: 'visitor' });
  const member = contextOf({ kind: 'member', memberId, accountId, sessionId: undefined });
  const register: PartnerPlane['register'] = (name, { redirectUris = [callback], noticeUrl } = {}) =>
    createPartner(plane.operator, { name, redirectUris, logo: undefined, noticeUrl });
  const partner = await register('Vendor', {
    redirectUris: [callback, `${callback}?tenant=7`],
    noticeUrl: 'https://notice.example.test/n?s=secret-part',
  });
  const idOf = ({ row }: RegisteredPartner = partner): string => row.client_id ?? '';
  return {
    plane,
    accountId,
    partner,
    idOf,
    visitor,
    member,
    register,
    async consent(request = {}, { partner: of = partner, days } = {}) {
      const target = await acceptAuthorization(member, { client_id: idOf(of), ...request }, { expiresInDays: days ?? null });
      return new URL(target).searchParams.get('code') ?? target;
    },
    exchange: (code, input = {}) =>
      exchangeCode(visitor, {
        secret: partner.secret,
        clientId: undefined,
        redirectUri: undefined,
        codeVerifier: undefined,
        code,
        ...input,
      }),
    use: (token) => plane.registry.verify(token, ['partner_key'], { address: '192.0.2.9', userAgent: 'test', endpoint: 'test' }),
  };
}
