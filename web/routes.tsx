/** The map of every screen. Pages load when they are first shown. */
import { Suspense, type ReactNode } from 'react';
import { Navigate, useRoutes, type RouteObject } from 'react-router';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { entranceRoutes } from './pages/entrance/entrance-routes.tsx';
import { apiDocsRoutes } from './pages/api-docs/api-docs-routes.tsx';
import { authorizationRoutes } from './pages/authorization/authorization-routes.tsx';
import { auditRoutes } from './pages/audit/audit-routes.tsx';
import { destinationRoutes } from './pages/destinations/destination-routes.tsx';
import { guideRoutes } from './pages/guides/guide-routes.tsx';
import { notificationRoutes } from './pages/notifications/notification-routes.tsx';
import { usageRoutes } from './pages/usage/usage-routes.tsx';
import { jsClientRoutes } from './pages/js-client/js-client-routes.tsx';
import { integrationRoutes } from './pages/integrations/integration-routes.tsx';
import { settingsRoutes } from './pages/settings/settings-routes.tsx';
import { paths } from './paths.ts';
import { AppFrame } from './shell/app-frame.tsx';
import { SessionGate, useSession } from './shell/session.tsx';

function Home(): ReactNode {
  return <Navigate to={paths.integrations(useSession().account.id)} replace />;
}

const signedIn: RouteObject = {
  element: (
    <SessionGate>
      <AppFrame />
    </SessionGate>
  ),
  children: [
    { path: '/', element: <Home /> },
    ...integrationRoutes,
    ...destinationRoutes,
    ...notificationRoutes,
    ...usageRoutes,
    ...auditRoutes,
    ...guideRoutes,
    ...settingsRoutes,
  ],
};

const screens: RouteObject[] = [
  ...entranceRoutes,
  ...apiDocsRoutes,
  ...authorizationRoutes,
  ...jsClientRoutes,
  signedIn,
  { path: '*', element: <NotFoundPage /> },
];

export function Screens(): ReactNode {
  return <Suspense>{useRoutes(screens)}</Suspense>;
}
