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
  invalid_query: { meaning: 'A query parameter is unknown or not valid.', cure: 'Send the documented parameters.' },
  invalid_id: { meaning: 'The account has no such resource.', cure: 'List the resources to find its id.' },
  invalid_token_id: { meaning: 'The source has no such token.', cure: 'List the tokens of the source.' },
  destination_limit_exceeded: {
    meaning: 'The account has as many destinations as its plan allows.',
    cure: 'Delete one first, or change the plan.',
  },
  token_limit_exceeded: { meaning: 'The source has two active tokens.', cure: 'Revoke one first.' },
  key_limit_exceeded: { meaning: 'The account has ten API access keys, enabled and disabled together.', cure: 'Delete one first.' },
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
