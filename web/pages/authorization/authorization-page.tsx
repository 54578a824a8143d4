/** A partner asks for access to the account (web-app.md §7.1): who is not signed in signs in first and comes back here. */
import { Alert, Loader, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { useLocation } from 'react-router';
import type { AuthorizationRequest } from '../../../contract/account-api/authorization.ts';
import { AccountApiError, type AccountReply } from '../../../client/account-api.ts';
import { read } from '../../api/query.ts';
import { Problem } from '../../components/problem.tsx';
import { SessionGate } from '../../shell/session.tsx';
import { EntranceFrame } from '../entrance/entrance-frame.tsx';
import { Consent } from './consent.tsx';
import { readRequest } from './read-request.ts';

export function AuthorizationPage(): ReactNode {
  const request = readRequest(useLocation().search);
  return request === undefined ? <BrokenLink /> : <Asked request={request} />;
}

function Asked({ request }: { request: AuthorizationRequest }): ReactNode {
  const { data, error } = useQuery({ ...read('describeAuthorization', { body: request }), staleTime: Infinity });
  if (error instanceof AccountApiError && error.status === 400) return <BrokenLink />;
  if (data === undefined) {
    return <EntranceFrame title="Connect">{error === null ? <Loader aria-label="Loading" /> : <Problem error={error} />}</EntranceFrame>;
  }
  if (data.refusal !== null) return <Return address={data.refusal} />;
  return (
    <SessionGate reason={`Sign in to connect ${data.partner.name}.`}>
      <Consent request={request} described={data} />
    </SessionGate>
  );
}

/** The request is at fault in a way that its maker is told, not the person. */
function Return({ address }: { address: AccountReply<'describeAuthorization'>['returns_to'] }): ReactNode {
  useEffect(() => location.replace(address), [address]);
  return (
    <EntranceFrame title="Going back">
      <Text size="sm">This request cannot be answered here.</Text>
    </EntranceFrame>
  );
}

function BrokenLink(): ReactNode {
  return (
    <EntranceFrame title="Connect">
      <Alert color="red" role="alert" title="This link is not right">
        No application is known by this link, or it asks to return to an address that is not registered for it. Nothing was connected. Begin
        again in the application, or tell the people who make it.
      </Alert>
    </EntranceFrame>
  );
}
