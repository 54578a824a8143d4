/** The schema of a batch cannot be used. The message is for the client. */
export class InvalidSchemaError extends Error {
  override readonly name = 'InvalidSchemaError';
  constructor(problem: string) {
    super(`Invalid JSON schema: ${problem}`);
  }
}

/** Checking the records of a request against its schema took more work than it was given. */
export class WorkLimitError extends Error {
  override readonly name = 'WorkLimitError';
}

/** Following the schema through one record went deeper than the stack allows: most often a schema that leads back to itself. */
export class SchemaDepthError extends Error {
  override readonly name = 'SchemaDepthError';
}
