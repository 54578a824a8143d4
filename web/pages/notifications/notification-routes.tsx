import { lazy } from 'react';
import type { RouteObject } from 'react-router';

const NotificationsPage = lazy(async () => ({ default: (await import('./notifications-page.tsx')).NotificationsPage }));

export const notificationRoutes: RouteObject[] = [{ path: '/v2/client/:accountId/notifications', element: <NotificationsPage /> }];
