import { lazy } from 'react';
import type { RouteObject } from 'react-router';

const AuditPage = lazy(async () => ({ default: (await import('./audit-page.tsx')).AuditPage }));

export const auditRoutes: RouteObject[] = [{ path: '/v2/client/:accountId/settings/audit', element: <AuditPage /> }];
