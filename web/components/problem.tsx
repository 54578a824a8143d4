import { Alert } from '@mantine/core';
import type { ReactNode } from 'react';
import { AccountApiError } from '../../client/account-api.ts';
import { NotProvedError } from './reauthentication.tsx';

/** What went wrong, as a sentence for people. */
export function describeProblem(error: unknown): string {
  if (error instanceof AccountApiError) {
    return error.retryAfterS === undefined ? error.reason : `${error.reason} Try again in ${error.retryAfterS} seconds.`;
  }
  return 'The server did not answer. Check the connection and try again.';
}

/** Shows a failure where it happened; nothing when there is none, or when the member only closed the password dialog. */
export function Problem({ error }: { error: unknown }): ReactNode {
  if (error === undefined || error === null || error instanceof NotProvedError) return null;
  return (
    <Alert color="red" role="alert" title="That did not work">
      {describeProblem(error)}
    </Alert>
  );
}
