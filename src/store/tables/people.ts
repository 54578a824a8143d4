/** Tables of accounts and the people in them. */
import type { Generated } from 'kysely';

export interface AccountTable {
  id: number;
  company: string;
  plan: 'free_trial' | 'standard' | 'advanced' | 'premium';
  created_at: number;
  /** Set while the account may not push: unpaid, or trial ended. */
  held_at: number | null;
  /** The partner that made the account. */
  partner_id: Generated<number | null>;
}

export interface MemberTable {
  id: number;
  account_id: number;
  email: string;
  name: string;
  role: 'administrator' | 'member';
  created_at: number;
  /** PHC string of argon2id; null until the member has chosen a password. */
  password_hash: Generated<string | null>;
  /** Whoever first entered payment data (web-app.md §3.2). */
  invoice_admin: Generated<0 | 1>;
  /** Set while the member may not sign in. */
  deactivated_at: Generated<number | null>;
  last_seen_at: Generated<number | null>;
  notify_errors: Generated<0 | 1>;
  /** Asked for and not yet proven. */
  pending_email: Generated<string | null>;
  /** Sealed; kept before it is confirmed. */
  totp_secret: Generated<Uint8Array | null>;
  totp_enabled_at: Generated<number | null>;
  /** The time step of the last accepted code: none is taken twice (RFC 6238 §5.2). */
  totp_last_step: Generated<number | null>;
}

/** Somebody signed in. The cookie's secret is kept as its SHA-256. Ending a session deletes its row. */
export interface SessionTable {
  id: number;
  digest: Uint8Array;
  account_id: number;
  member_id: number;
  created_at: number;
  last_seen_at: number;
  /** The end whatever happens; idle sessions end earlier. */
  expires_at: number;
  /** When the member last gave the password. */
  proved_at: number;
  address: string;
  agent: string;
  /** The key whose ephemeral token began it: such a session may only what its page needs, and ends with the key. */
  credential_id: Generated<number | null>;
}

/** `ended_at`: accepted or withdrawn. */
export interface InvitationTable {
  id: number;
  account_id: number;
  email: string;
  role: 'administrator' | 'member';
  /** SHA-256 of the link's secret. */
  digest: Uint8Array;
  invited_by: number;
  created_at: number;
  expires_at: number;
  ended_at: number | null;
}

/** A link good for one use, by the SHA-256 of its secret; using it deletes the row. */
export interface LinkTable {
  digest: Uint8Array;
  purpose: 'password' | 'email_change' | 'sign_up' | 'setup';
  member_id: number | null;
  email: string | null;
  created_at: number;
  expires_at: number;
}

export interface RecoveryCodeTable {
  member_id: number;
  digest: Uint8Array;
  used_at: number | null;
}

/** A message to a person. Its text is sealed, since it may hold a link. */
export interface MailTable {
  id: Generated<number>;
  account_id: number | null;
  recipient: string;
  subject: string;
  sealed: Uint8Array;
  created_at: number;
  sent_at: number | null;
  attempts: Generated<number>;
  /** Null: not to be sent (no mail server, or given up). */
  next_attempt_at: number | null;
  error: string | null;
}
