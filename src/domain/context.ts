/** What every control-plane verb is handed. */
import type { CredentialMint } from '../access/mint.ts';
import type { Registry } from '../access/registry.ts';
import type { Sealer } from '../access/seal.ts';
import type { AuditTrail } from '../store/audit.ts';
import type { Store } from '../store/database.ts';
import type { Changes } from './changes.ts';

/** Who performs a verb. `system` is Thimble itself. */
export type Actor =
  | { readonly kind: 'operator' }
  | { readonly kind: 'system' }
  /** Nobody signed in: proves with a password or a link who it is. */
  | { readonly kind: 'visitor' }
  /** A partner's application by its own secret, on no account yet. */
  | { readonly kind: 'partner'; readonly partnerId: number }
  /** `sessionId` is undefined where somebody acts as a member without being signed in, such as right after a link was used. */
  | { readonly kind: 'member'; readonly memberId: number; readonly accountId: number; readonly sessionId: number | undefined }
  /** A key; `sessionId` where it acts through a session that an ephemeral token of it began. */
  | {
      readonly kind: 'api_key';
      readonly credentialId: number;
      readonly accountId: number;
      readonly memberId: number;
      readonly sessionId?: number;
    }
  /** A partner's application, on behalf of the member who consented. */
  | {
      readonly kind: 'partner_key';
      readonly credentialId: number;
      readonly accountId: number;
      readonly memberId: number;
      readonly partnerId: number;
      readonly sessionId?: number;
    };

/** The parts every verb works with; made once in `app.ts`. */
export interface DomainParts {
  readonly store: Store;
  readonly registry: Registry;
  readonly mint: CredentialMint;
  readonly sealer: Sealer;
  readonly audit: AuditTrail;
  readonly changes: Changes;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The parts together with who acts in this request. */
export interface DomainContext extends DomainParts {
  readonly actor: Actor;
  readonly requestId: string | undefined;
  readonly address: string | undefined;
}

interface KeyFacts {
  readonly credentialId: number;
  readonly accountId: number;
  readonly memberId: number;
  readonly partnerId: number | undefined;
  readonly sessionId?: number;
}

/** Who acts with a key. */
export function keyActor(key: KeyFacts): Extract<Actor, { kind: 'api_key' | 'partner_key' }> {
  const { partnerId, ...of } = key;
  return partnerId === undefined ? { kind: 'api_key', ...of } : { kind: 'partner_key', ...of, partnerId };
}

/** The actor as kept in audit rows and `state_changed_by`. */
export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case 'operator':
    case 'system':
    case 'visitor':
      return actor.kind;
    case 'member':
      return `member:${actor.memberId}`;
    case 'api_key':
      return `api_key:${actor.credentialId}`;
    case 'partner':
    case 'partner_key':
      return `partner:${actor.partnerId}`;
  }
}
