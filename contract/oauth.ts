/** The OAuth endpoints of partners: their errors (RFC 6749 §5.2) and replies (connect-api.md §4.3, RFC 7662, RFC 8414). */
export type OAuthErrorCode = 'invalid_request' | 'invalid_client' | 'invalid_grant' | 'unsupported_grant_type';

/** A refusal a partner's server is told. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly code: OAuthErrorCode;
  constructor(code: OAuthErrorCode, description: string) {
    super(description);
    this.code = code;
  }
}

/** Exactly the documented keys; `expires_in`, in seconds, only where the consent named an end. */
export interface TokenReply {
  readonly token_type: 'bearer';
  readonly access_token: string;
  readonly stitch_account_id: number;
  readonly expires_in?: number;
}

/** RFC 7662 §2.2: a live token of who asks, or nothing more than that it is none. */
export type IntrospectionReply =
  | { readonly active: false }
  | {
      readonly active: true;
      readonly client_id: string;
      /** The member who consented. */
      readonly sub: string;
      readonly token_type: 'bearer';
      /** Seconds since the epoch. */
      readonly iat: number;
      readonly exp?: number;
      readonly stitch_account_id: number;
    };

/** The metadata of the server at `origin` (RFC 8414 §2, RFC 9207 §3). */
export function describeAuthorizationServer(origin: string): Readonly<Record<string, unknown>> {
  const methods = ['client_secret_basic', 'client_secret_post'];
  return {
    issuer: origin,
    authorization_endpoint: `${origin}/oauth/authorization`,
    token_endpoint: `${origin}/oauth/token`,
    revocation_endpoint: `${origin}/oauth/revoke`,
    introspection_endpoint: `${origin}/oauth/introspect`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: methods,
    revocation_endpoint_auth_methods_supported: methods,
    introspection_endpoint_auth_methods_supported: methods,
    authorization_response_iss_parameter_supported: true,
  };
}
