/** Who may call which route of the Account API, kept by hand (web-app.md §3.2, §13; access.md). A route without a row fails. */
import { TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountApiRoutes, type AccountRouteName } from '../../contract/account-api/routes.ts';
import { createAccountWorld, principals, type AccountWorld, type Principal, type RouteInput } from '../support/account-world.ts';

interface Row {
  /** One status for each principal, in the order of `principals`. */
  readonly statuses: string;
  /** What is asked; made anew for each principal. */
  readonly input?: (world: AccountWorld, principal: Principal) => Promise<RouteInput> | RouteInput;
  /** It ends sessions: everybody signs in anew afterwards. */
  readonly endsSessions?: true;
  /** It changes how one signs in: that is undone afterwards. */
  readonly changesPeople?: true;
}

// Columns:                 nobody member administrator stranger deactivated key foreignKey importToken partnerKey ephemeral
const ofMember = '             401    200      200        200        401      401    401       401        401        403';
const ofMemberVoid = '         401    204      204        204        401      401    401       401        401        403';
const ofOwnMember = '          401    200      200        404        401      401    401       401        401        403';
const ofOwnMemberVoid = '      401    204      204        404        401      401    401       401        401        403';
const ofAdministrator = '      401    403      200        200        401      401    401       401        401        403';
const ofOwnAdministrator = '   401    403      200        404        401      401    401       401        401        403';
const ofMemberOrKey = '        401    200      200        200        401      200    200       401        401        403';
const ofOwnMemberOrKey = '     401    200      200        404        401      200    404       401        401        403';
/** What a session begun with an ephemeral token may use as well. */
const alsoDelegated = (statuses: string): string => statuses.replace(/403$/, /20\d/.exec(statuses)?.[0] ?? '403');
/** A public route judges what is sent, not who sends it. */
const everybody = (status: number): string => principals.map(() => status).join(' ');

const link = { token: 'none' };
const newPassword = 'nine steel needles';

async function newKey(world: AccountWorld): Promise<number> {
  const owner = await world.administrator();
  const full = (await owner.call('listApiKeys', {})).filter(({ description, state }) => description === 'target' && state !== 'deleted');
  for (const { id } of full) await owner.call('deleteApiKey', { params: { key_id: id }, body: {} });
  return (await owner.call('createApiKey', { body: { description: 'target' } })).key.id;
}
const aKey = async (world: AccountWorld): Promise<RouteInput> => ({ params: { key_id: await newKey(world) } });
const aKeyAndBody = async (world: AccountWorld): Promise<RouteInput> => ({ ...(await aKey(world)), body: {} });
async function aDeletedKey(world: AccountWorld): Promise<RouteInput> {
  const keyId = await newKey(world);
  await (await world.administrator()).call('deleteApiKey', { params: { key_id: keyId }, body: {} });
  return { params: { key_id: keyId } };
}

const aSource = ({ sourceId }: AccountWorld): RouteInput => ({ params: { source_id: sourceId } });
async function aNewSource(world: AccountWorld): Promise<RouteInput> {
  const body = { type: 'import_api', display_name: `Shop ${world.next()}` } as const;
  return { params: { source_id: (await (await world.administrator()).call('createIntegration', { body })).id } };
}
async function aToken(world: AccountWorld): Promise<RouteInput> {
  const { params = {} } = await aNewSource(world);
  const target = { source_id: Number(params['source_id']) };
  const { token } = await (await world.administrator()).call('createImportToken', { params: target, body: {} });
  return { params: { ...target, token_id: token.id } };
}
const aTokenAndBody = async (world: AccountWorld): Promise<RouteInput> => ({ ...(await aToken(world)), body: {} });
async function aRevokedToken(world: AccountWorld): Promise<RouteInput> {
  const made = await aToken(world);
  const params = { source_id: Number(made.params?.['source_id']), token_id: Number(made.params?.['token_id']) };
  await (await world.administrator()).call('revokeImportToken', { params, body: {} });
  return { params };
}

const aDestination = ({ destinationId }: AccountWorld): RouteInput => ({ params: { destination_id: destinationId } });
const aPartnerKey = ({ partnerKeyIds: [id = 0] }: AccountWorld): RouteInput => ({ params: { key_id: id } });
const aRequest = (): RouteInput => ({ body: { client_id: 'oc_nobody' } });
const aMember = async (world: AccountWorld): Promise<RouteInput> => ({ params: { member_id: (await world.newMember()).memberId } });
async function anInvitation(world: AccountWorld): Promise<RouteInput> {
  const body = { email: `guest${world.next()}@example.com` };
  return { params: { invitation_id: (await (await world.administrator()).call('inviteMember', { body })).id } };
}
async function aDeactivatedMember(world: AccountWorld): Promise<RouteInput> {
  const { memberId } = await world.newMember();
  await (await world.administrator()).call('deactivateMember', { params: { member_id: memberId }, body: { keys: 'disable' } });
  return { params: { member_id: memberId } };
}

/** The code that turns two-factor on, for whoever can begin to set it up. */
async function aFirstCode(world: AccountWorld, principal: Principal): Promise<string> {
  const client = await world.clientOf(principal);
  if (client === undefined) return '000000';
  const { secret } = await client.call('startTwoFactor', {});
  return new TOTP({ secret }).generate();
}
async function withTwoFactor(world: AccountWorld, principal: Principal): Promise<RouteInput> {
  const client = await world.clientOf(principal);
  await client?.call('confirmTwoFactor', { body: { code: await aFirstCode(world, principal) } });
  return {};
}

const rows: Record<AccountRouteName, Row> = {
  getEntrance: { statuses: everybody(200) },
  setUp: {
    statuses: everybody(400),
    input: () => ({ body: { code: 'none', company: 'C', name: 'N', email: 'n@example.com', password: newPassword } }),
  },
  requestSignUp: { statuses: everybody(403), input: () => ({ body: { email: 'new@example.com' } }) },
  signUp: { statuses: everybody(403), input: () => ({ body: { ...link, company: 'C', name: 'N', password: newPassword } }) },
  // Signing in ends the session one had.
  signIn: { statuses: everybody(200), input: ({ ann }) => ({ body: { email: ann.email, password: ann.password } }), endsSessions: true },
  requestPasswordReset: { statuses: everybody(204), input: (world) => ({ body: { email: `unknown${world.next()}@example.com` } }) },
  resetPassword: { statuses: everybody(400), input: () => ({ body: { ...link, password: newPassword } }) },
  confirmEmailChange: { statuses: everybody(400), input: () => ({ body: link }) },
  lookUpInvitation: { statuses: everybody(400), input: () => ({ body: link }) },
  acceptInvitation: { statuses: everybody(400), input: () => ({ body: { ...link, name: 'N', password: newPassword } }) },

  beginEphemeralSession: { statuses: everybody(401), input: () => ({ body: { ephemeral_token: 'none' } }) },
  getSession: { statuses: alsoDelegated(ofMember) },
  signOut: { statuses: alsoDelegated(ofMemberVoid), endsSessions: true },
  reauthenticate: { statuses: ofMember, input: ({ ann }) => ({ body: { password: ann.password } }) },
  listSessions: { statuses: ofMember },
  // Of the caller's own sessions: nobody has an id that is a stranger's.
  endSession: {
    statuses: ofMemberVoid,
    input: async (world, principal) => ({ params: { session_id: await world.sessionIdOf(principal) } }),
  },
  endOtherSessions: { statuses: ofMemberVoid, endsSessions: true },

  getProfile: { statuses: ofMember },
  updateProfile: { statuses: ofMember, input: () => ({ body: { notify_errors: true } }) },
  requestEmailChange: {
    statuses: ofMember,
    input: (world) => ({ body: { email: `other${world.next()}@example.com`, password: world.ann.password } }),
    changesPeople: true,
  },
  changePassword: {
    statuses: ofMemberVoid,
    input: ({ ann }) => ({ body: { old_password: ann.password, new_password: newPassword } }),
    changesPeople: true,
  },
  startTwoFactor: { statuses: ofMember, changesPeople: true },
  confirmTwoFactor: {
    statuses: ofMember,
    input: async (world, principal) => ({ body: { code: await aFirstCode(world, principal) } }),
    changesPeople: true,
  },
  disableTwoFactor: { statuses: ofMemberVoid, input: withTwoFactor, changesPeople: true },
  renewRecoveryCodes: { statuses: ofMember, input: withTwoFactor, changesPeople: true },

  getAccount: { statuses: ofMember },
  updateAccount: { statuses: ofMember, input: () => ({ body: { company: 'Acme' } }) },
  previewPlan: { statuses: ofAdministrator, input: () => ({ query: { plan: 'standard' } }) },
  setPlan: { statuses: ofAdministrator, input: () => ({ body: { plan: 'premium' } }) },
  getUsage: { statuses: ofMember },
  listAudit: { statuses: ofMember },

  listMembers: { statuses: ofMember },
  inviteMember: { statuses: ofAdministrator, input: (world) => ({ body: { email: `new${world.next()}@example.com` } }) },
  resendInvitation: { statuses: ofOwnAdministrator, input: anInvitation },
  setInvitationRole: {
    statuses: ofOwnAdministrator,
    input: async (world) => ({ ...(await anInvitation(world)), body: { role: 'administrator' } }),
  },
  cancelInvitation: { statuses: ofOwnAdministrator.replace('200', '204'), input: anInvitation },
  setMemberRole: { statuses: ofOwnAdministrator, input: async (world) => ({ ...(await aMember(world)), body: { role: 'general_user' } }) },
  deactivateMember: { statuses: ofOwnAdministrator, input: async (world) => ({ ...(await aMember(world)), body: { keys: 'disable' } }) },
  reactivateMember: { statuses: ofOwnAdministrator, input: aDeactivatedMember },
  linkForMember: { statuses: ofOwnAdministrator, input: aMember },

  listApiKeys: { statuses: ofMemberOrKey },
  getApiKey: { statuses: ofOwnMemberOrKey, input: aKey },
  createApiKey: {
    statuses: ofMember,
    input: async (world) => (await newKey(world), { body: { description: 'target' } }),
  },
  // A key may rotate itself only.
  rotateApiKey: { statuses: ofOwnMemberOrKey.replace(/200(?=\s+404\s+401\s+401\s+403$)/, '403'), input: aKeyAndBody },
  disableApiKey: { statuses: ofOwnMemberOrKey, input: aKey },
  enableApiKey: { statuses: ofOwnMember, input: aKey },
  deleteApiKey: { statuses: ofOwnMemberOrKey, input: aKeyAndBody },
  restoreApiKey: { statuses: ofOwnMember, input: aDeletedKey },

  listPartnerKeys: { statuses: ofMember },
  getPartnerKey: { statuses: ofOwnMember, input: aPartnerKey },
  disablePartnerKey: { statuses: ofOwnMember, input: aPartnerKey },
  enablePartnerKey: { statuses: ofOwnMember, input: aPartnerKey },
  deletePartnerKey: {
    statuses: ofOwnMemberVoid,
    input: ({ partnerKeyIds }, principal) => ({ params: { key_id: partnerKeyIds[1 + principals.indexOf(principal)] ?? 0 }, body: {} }),
  },

  // What nobody registered: the flow of a partner is in oauth.test.ts.
  describeAuthorization: { statuses: everybody(400), input: aRequest },
  getStanding: { statuses: ofMember.replaceAll('200', '400'), input: aRequest },
  acceptAuthorization: { statuses: ofMember.replaceAll('200', '400'), input: aRequest },
  rejectAuthorization: { statuses: everybody(400), input: aRequest },

  listIntegrations: { statuses: alsoDelegated(ofMember) },
  previewIntegrationName: { statuses: alsoDelegated(ofMember), input: () => ({ body: { display_name: 'Shop' } }) },
  createIntegration: {
    statuses: alsoDelegated(ofMember),
    input: (world) => ({ body: { type: 'import_api', display_name: `Shop ${world.next()}` } }),
  },
  getIntegration: { statuses: alsoDelegated(ofOwnMember), input: aSource },
  updateIntegration: { statuses: alsoDelegated(ofOwnMember), input: (world) => ({ ...aSource(world), body: { paused: false } }) },
  deleteIntegration: { statuses: ofOwnMemberVoid, input: aNewSource },
  summarizeIntegration: { statuses: ofOwnMember, input: aSource },
  listIntegrationLoads: { statuses: ofOwnMember, input: aSource },
  listImportTokens: { statuses: alsoDelegated(ofOwnMember), input: aSource },
  getImportToken: { statuses: ofOwnMember, input: aToken },
  createImportToken: { statuses: alsoDelegated(ofOwnMember), input: async (world) => ({ ...(await aNewSource(world)), body: {} }) },
  disableImportToken: { statuses: ofOwnMember, input: aToken },
  enableImportToken: { statuses: ofOwnMember, input: aToken },
  revokeImportToken: { statuses: ofOwnMember, input: aTokenAndBody },
  restoreImportToken: { statuses: ofOwnMember, input: aRevokedToken },

  listDestinationTypes: { statuses: ofMember },
  listDestinations: { statuses: alsoDelegated(ofMember) },
  getDestination: { statuses: ofOwnMember, input: aDestination },
  createDestination: {
    statuses: ofMember,
    input: (world) => ({ body: { type: 'postgres', display_name: `Warehouse ${world.next()}`, properties: {} } }),
  },
  updateDestination: { statuses: ofOwnMember, input: (world) => ({ ...aDestination(world), body: { description: 'ours' } }) },
  takeOverDestination: {
    statuses: ofOwnMember,
    input: (world) => ({ ...aDestination(world), body: { properties: {} } }),
  },
  checkDestination: { statuses: ofOwnMember, input: aDestination },
  deleteDestination: {
    statuses: ofOwnMemberVoid,
    input: async (world) => ({ params: { destination_id: await world.newDestination() } }),
  },

  listNotifications: { statuses: ofMember },
  dismissNotification: { statuses: ofOwnMemberVoid, input: async (world) => ({ params: { notification_id: await world.newAlert() } }) },
};

let world: AccountWorld;
beforeAll(async () => {
  world = await createAccountWorld();
});
afterAll(() => world.stop());

describe('the authorization matrix', () => {
  it('has a row for every route and a status for every principal', () => {
    expect(Object.keys(rows).toSorted()).toEqual(Object.keys(accountApiRoutes).toSorted());
    for (const { statuses } of Object.values(rows)) expect(statuses.trim().split(/\s+/)).toHaveLength(principals.length);
  });

  it.each(Object.keys(accountApiRoutes) as AccountRouteName[])('holds for %s', async (name) => {
    const { statuses, input, endsSessions, changesPeople } = rows[name];
    const expected: Record<string, number> = {};
    const seen: Record<string, number | string> = {};
    for (const [index, status] of statuses.trim().split(/\s+/).entries()) {
      const principal = principals[index] ?? 'nobody';
      const reply = await world.call(principal, name, (await input?.(world, principal)) ?? {});
      expected[principal] = Number(status);
      seen[principal] = reply.status === Number(status) ? reply.status : `${reply.status} ${reply.text.slice(0, 200)}`;
      if (endsSessions === true) world.forgetSessions();
      if (changesPeople === true) await world.resetPeople();
    }
    expect(seen).toEqual(expected);
  });
});
