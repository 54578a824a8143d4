/** Who acts with a machine credential, and why a credential was refused. */

export type CredentialKind = 'api_key' | 'partner_key' | 'import_token' | 'webhook_url';

export interface Principal {
  readonly kind: CredentialKind;
  /** Wire id of the credential. */
  readonly credentialId: number;
  readonly accountId: number;
  /** Present for import tokens and webhook URLs. */
  readonly sourceId: number | undefined;
  /** Member a key acts as. */
  readonly memberId: number | undefined;
  /** Present for partner keys. */
  readonly partnerId: number | undefined;
}

export type Refusal =
  /** No token, malformed, unknown, wrong secret or another kind: one uniform answer. */
  | 'not_authorized'
  /** The secret matched, but … */
  | 'disabled'
  | 'deleted'
  | 'expired'
  | 'plan'
  /** The operator stopped the partner. */
  | 'partner_suspended'
  | 'account_on_hold'
  /** The source is paused by a member or deleted. */
  | 'source_inactive';

export type Verdict =
  | { readonly ok: true; readonly principal: Principal }
  | { readonly ok: false; readonly refusal: Refusal; readonly credentialId: number | undefined };

/** Where and how a credential was used; coalesced into last-used. */
export interface Usage {
  readonly address: string;
  readonly userAgent: string;
  readonly endpoint: string;
}

/** A verified request between its last check and its commit. A revocation waits for `done` (access.md, generations). */
export interface Admission {
  /** performance.now() milliseconds; an append not begun by then must not happen. */
  readonly deadline: number;
  /** Must be called exactly once, after the commit or the failure. */
  done(): void;
}

/** A use that is refused whatever the credential is. */
export type Misuse = 'query_string';

export interface Verifier {
  /** Parses, checks and decides without I/O; records the use or the denied use. */
  verify(token: string | undefined, accepts: readonly CredentialKind[], usage: Usage): Verdict;
  /** Checks the principal again right before its effect. Undefined: it was revoked meanwhile. */
  admit(principal: Principal): Admission | undefined;
}

/** Notes a use that was decided elsewhere. */
export interface UseRecorder {
  /** The credential acted, though it was not sent itself. */
  recordUse(credentialId: number, usage: Usage): void;
}

/** Tells the owner of a credential that it was used in a way that gives it away. */
export interface MisuseRecorder {
  /** Records a denied use when the secret matches; silent otherwise. */
  recordMisuse(token: string, misuse: Misuse): void;
}
