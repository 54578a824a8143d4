import { lazy } from 'react';
import type { RouteObject } from 'react-router';
import { paths } from '../../paths.ts';

const SignInPage = lazy(async () => ({ default: (await import('./sign-in-page.tsx')).SignInPage }));
const SetupPage = lazy(async () => ({ default: (await import('./setup-page.tsx')).SetupPage }));
const ForgotPage = lazy(async () => ({ default: (await import('./forgot-page.tsx')).ForgotPage }));
const ResetPage = lazy(async () => ({ default: (await import('./reset-page.tsx')).ResetPage }));
const JoinPage = lazy(async () => ({ default: (await import('./join-page.tsx')).JoinPage }));
const SignUpPage = lazy(async () => ({ default: (await import('./sign-up-page.tsx')).SignUpPage }));
const ConfirmEmailPage = lazy(async () => ({ default: (await import('./confirm-email-page.tsx')).ConfirmEmailPage }));

/** What can be seen before sign-in. */
export const entranceRoutes: RouteObject[] = [
  { path: paths.signIn(), element: <SignInPage /> },
  { path: paths.setup(), element: <SetupPage /> },
  { path: paths.forgot(), element: <ForgotPage /> },
  { path: paths.reset(), element: <ResetPage /> },
  { path: paths.join(), element: <JoinPage /> },
  { path: paths.signUp(), element: <SignUpPage /> },
  { path: paths.confirmEmail(), element: <ConfirmEmailPage /> },
];
