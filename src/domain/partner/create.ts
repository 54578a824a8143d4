import { AppError } from '../../../contract/errors.ts';
import { randomBase62, keyIdLength, prefixes } from '../../access/format.ts';
import { findPartner, insertPartner, type PartnerRow } from '../../store/queries/partner.ts';
import { nextId } from '../../store/queries/sequence.ts';
import { requireOperator } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { partnerSubject } from './find.ts';
import { parseLogo } from './logo.ts';
import { noticePlace } from './notice-place.ts';
import { parseRedirectUris } from './redirect-uri.ts';
import { addPartnerSecret } from './secret.ts';

export interface CreatePartnerInput {
  readonly name: string;
  readonly redirectUris: readonly string[];
  readonly logo: Uint8Array | undefined;
  /** Where the partner is told that a key of it ended. */
  readonly noticeUrl: string | undefined;
}

export interface RegisteredPartner {
  readonly row: PartnerRow;
  /** Shown in exactly one reply. */
  readonly secret: string;
}

/** Registers an application that owners may let act on their accounts. Throws `access_denied`, `invalid_body`. */
export function createPartner(ctx: DomainContext, input: CreatePartnerInput): Promise<RegisteredPartner> {
  requireOperator(ctx.actor);
  const redirectUris = parseRedirectUris(input.redirectUris);
  const logo = input.logo && parseLogo(input.logo);
  if (input.noticeUrl !== undefined) requireNoticeUrl(input.noticeUrl);
  return change(ctx, 'partner:new', async (tx, effects) => {
    const id = await nextId(tx, 'partner');
    const clientId = `${prefixes.partner}${randomBase62(keyIdLength)}`;
    await insertPartner(tx, {
      id,
      name: input.name,
      created_at: ctx.now(),
      client_id: clientId,
      redirect_uris: JSON.stringify(redirectUris),
      logo: logo?.bytes ?? null,
      logo_type: logo?.type ?? null,
      sealed_notice_url: input.noticeUrl === undefined ? null : ctx.sealer.seal(noticePlace(id), input.noticeUrl),
    });
    const secret = await addPartnerSecret(ctx, tx, id);
    await recordAudit(ctx, tx, {
      accountId: undefined,
      verb: 'partner.create',
      subject: partnerSubject(id),
      after: { name: input.name, client_id: clientId, redirect_uris: redirectUris },
    });
    effects.registry.push({ kind: 'partner', partnerId: id, active: true });
    const row = await findPartner(tx, id);
    if (row === undefined) throw new Error(`Partner ${id} was just made and is not there.`);
    return { row, secret };
  });
}

function requireNoticeUrl(text: string): void {
  const url = text.length <= 2048 && URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '')
    throw new AppError('invalid_body', 'The notice URL must be an https:// URL without user and password.');
}
