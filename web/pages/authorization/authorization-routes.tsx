import { lazy } from 'react';
import type { RouteObject } from 'react-router';
import { paths } from '../../paths.ts';

const AuthorizationPage = lazy(async () => ({ default: (await import('./authorization-page.tsx')).AuthorizationPage }));

/** Where the application of a partner sends people (web-app.md §7). */
export const authorizationRoutes: RouteObject[] = [{ path: paths.authorization(), element: <AuthorizationPage /> }];
