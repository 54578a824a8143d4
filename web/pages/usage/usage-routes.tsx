import { lazy } from 'react';
import type { RouteObject } from 'react-router';

const UsagePage = lazy(async () => ({ default: (await import('./usage-page.tsx')).UsagePage }));

export const usageRoutes: RouteObject[] = [{ path: '/v2/client/:accountId/usage', element: <UsagePage /> }];
