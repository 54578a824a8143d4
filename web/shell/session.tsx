/** Who is signed in, for every page below the gate. */
import { createContext, use, type ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Center, Loader } from '@mantine/core';
import { Navigate, useLocation } from 'react-router';
import type { AccountReply } from '../../client/account-api.ts';
import { AccountApiError } from '../../client/account-api.ts';
import { read } from '../api/query.ts';
import { Problem } from '../components/problem.tsx';
import { paths } from '../paths.ts';

export type Session = AccountReply<'getSession'>;

const SessionContext = createContext<Session | undefined>(undefined);

/** The signed-in member with account and session. Only below `SessionGate`. */
export function useSession(): Session {
  const session = use(SessionContext);
  if (session === undefined) throw new Error('This page needs a session.');
  return session;
}

export function useIsAdministrator(): boolean {
  return useSession().member.roles.includes('administrator');
}

/** Lets members through; everyone else signs in first, told the reason if there is one, and comes back to the same address. */
export function SessionGate({ reason, children }: { reason?: string; children: ReactNode }): ReactNode {
  const location = useLocation();
  const { data, error, isPending } = useQuery({ ...read('getSession', {}), refetchInterval: 60_000 });
  if (error instanceof AccountApiError && error.status === 401) {
    return <Navigate to={paths.signIn()} replace state={{ from: `${location.pathname}${location.search}`, said: reason }} />;
  }
  if (data !== undefined) return <SessionContext value={data}>{children}</SessionContext>;
  if (isPending) {
    return (
      <Center h="60vh">
        <Loader aria-label="Loading" />
      </Center>
    );
  }
  return <Problem error={error} />;
}
