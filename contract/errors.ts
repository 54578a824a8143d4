/** Every error the control plane can answer, with what it means and what to do about it. Import API errors are in import-api.ts. */
export const errorTable = {
  unauthorized: { meaning: 'No credential, or one that is not valid here.', cure: 'Send a valid API access key as a Bearer token.' },
  access_denied: { meaning: 'The plan or the state of the account does not allow this.', cure: 'Change the plan, or ask the operator.' },
  not_found: { meaning: 'Nothing is at this address.', cure: 'Check the path and the method.' },
  invalid_json: { meaning: 'The body is not JSON.', cure: 'Send a JSON object.' },
  invalid_body: { meaning: 'The body has missing, unknown or mistyped keys.', cure: 'Send the documented keys.' },
  invalid_type: { meaning: 'The connection type does not exist or does not fit.', cure: 'Use a type of /v4/source-types.' },
  invalid_name: { meaning: 'The name is taken or breaks the name rule.', cure: 'Choose another name.' },
  invalid_display_name: { meaning: 'The display name yields no usable schema name.', cure: 'Use letters and digits.' },
  invalid_properties: { meaning: 'A property does not fit its schema.', cure: 'Correct the named properties.' },
  invalid_cron_expression: {
    meaning: 'The cron expression cannot be read, or never fires.',
    cure: 'Send a Quartz expression as the message says.',
  },
  invalid_query: { meaning: 'A query parameter is unknown or not valid.', cure: 'Send the documented parameters.' },
  invalid_id: { meaning: 'The account has no such resource.', cure: 'List the resources to find its id.' },
  invalid_metadata: {
    meaning: 'Metadata of a stream that cannot be written, or a stream the source does not have.',
    cure: 'Write the documented keys of streams that discovery found.',
  },
  invalid_source: {
    meaning: 'The source is unknown, deleted, or nothing can be extracted from it.',
    cure: 'Start jobs of sources that are pulled.',
  },
  already_running: { meaning: 'A job of the source runs already.', cure: 'Wait until it has ended, or stop it.' },
  job_refused: { meaning: 'A job of the source cannot start now.', cure: 'Do what the message says.' },
  invalid_token_id: { meaning: 'The source has no such token.', cure: 'List the tokens of the source.' },
  destination_limit_exceeded: {
    meaning: 'The account has as many destinations as its plan allows.',
    cure: 'Delete one first, or change the plan.',
  },
  token_limit_exceeded: { meaning: 'The source has two active tokens.', cure: 'Revoke one first.' },
  key_limit_exceeded: { meaning: 'The account has ten API access keys, enabled and disabled together.', cure: 'Delete one first.' },
  hook_limit_exceeded: { meaning: 'The account has ten post-load hooks, enabled and disabled together.', cure: 'Delete one first.' },
  email_limit_exceeded: { meaning: 'The account has ten custom notification addresses.', cure: 'Delete one first.' },
  invalid_credential_state: {
    meaning: 'The credential is not in a state that allows this.',
    cure: 'List the credentials to see their states.',
  },
  not_confirmed: { meaning: 'The change is committed, but earlier requests have not all ended yet.', cure: 'Repeat the call.' },
  query_refused: { meaning: 'The statement is not one SELECT that only reads.', cure: 'Send exactly one SELECT without side effects.' },
  query_limit: { meaning: 'The query took too long or its answer is too large.', cure: 'Ask for less.' },
  query_failed: { meaning: 'The warehouse refused the query.', cure: 'Correct it as the message says.' },
  warehouse_unavailable: {
    meaning: 'The warehouse cannot be used at the moment.',
    cure: 'Do what the message says; nothing is lost meanwhile.',
  },
  existing_user: { meaning: 'A member with this e-mail address exists.', cure: 'Use another address.' },
  invalid_sign_in: { meaning: 'The e-mail address and the password do not belong together.', cure: 'Try again, or reset the password.' },
  second_factor_required: { meaning: 'The member uses two-factor authentication.', cure: 'Send a code of the authenticator too.' },
  reauthentication_required: { meaning: 'The act is sensitive and the password was given too long ago.', cure: 'Give the password again.' },
  foreign_origin: { meaning: 'The request comes from another site.', cure: 'Use the app at its own address.' },
  too_many_requests: { meaning: 'Too many attempts.', cure: 'Wait as long as Retry-After says.' },
  invalid_authorization_request: {
    meaning: 'No partner has this client id, or the address to return to is not registered for it.',
    cure: 'Begin again in the application of the partner, or tell its makers.',
  },
  invalid_partner: { meaning: 'The id and the secret of the partner do not belong together.', cure: 'Send those the operator gave out.' },
  invalid_link: { meaning: 'The link is used up, expired or not complete.', cure: 'Ask for a new one.' },
  invalid_password: { meaning: 'The new password is too weak.', cure: 'Choose a longer, less common one.' },
  wrong_password: { meaning: 'The current password is not right.', cure: 'Try again.' },
  invalid_code: { meaning: 'The code is not right, or was used already.', cure: 'Use a fresh code.' },
  already_created: {
    meaning: 'This request was answered before; its secret is not shown twice.',
    cure: 'Use what was shown, or delete it and create another.',
  },
  last_administrator: { meaning: 'The account would have no Administrator left.', cure: 'Make somebody else Administrator first.' },
  member_limit_exceeded: { meaning: 'The account has as many members as its plan allows.', cure: 'Deactivate one, or change the plan.' },
  invalid_member_state: { meaning: 'The member is not in a state that allows this.', cure: 'List the members to see their states.' },
  unavailable: { meaning: 'The service cannot store changes at the moment.', cure: 'Retry; free disk space if it lasts.' },
  internal: { meaning: 'Something failed on our side.', cure: 'Retry; quote the request id to the operator.' },
} as const;

export type ErrorCode = keyof typeof errorTable;

/** A failure with an identity. It knows no HTTP: each surface renders it (docs/architecture.md, errors). */
export class AppError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'AppError';
  readonly code: Code;
  readonly details: Readonly<Record<string, unknown>>;
  constructor(code: Code, message: string, details: Readonly<Record<string, unknown>> = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.details = details;
  }
}
