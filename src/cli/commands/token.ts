/** `thimble token …`: import tokens through the Connect API. */
import type { Invocation } from '../command.ts';
import { connectApi, getId, getOwnId, printList, printReply } from '../connect-client.ts';

export async function create(invocation: Invocation): Promise<number> {
  const token = await connectApi(invocation).call('createToken', { params: { source_id: getId(invocation, 'source') } });
  return printReply(invocation, token, () => `${token.access_token}\nThis is the only time token ${token.id} is shown. Keep it secret.`);
}

export async function list(invocation: Invocation): Promise<number> {
  const tokens = await connectApi(invocation).call('listTokens', { params: { source_id: getId(invocation, 'source') } });
  return printList(invocation, tokens, ({ token_id: id, created_at: created }) => ({ id, created }));
}

export async function revoke(invocation: Invocation): Promise<number> {
  const id = getOwnId(invocation, 'token');
  const reply = await connectApi(invocation).call('revokeToken', { params: { source_id: getId(invocation, 'source'), token_id: id } });
  return printReply(invocation, reply, () => `Token ${id} is revoked.`);
}
