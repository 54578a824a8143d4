import { lazy } from 'react';
import { Navigate, type RouteObject } from 'react-router';

const IntegrationsPage = lazy(async () => ({ default: (await import('./integrations-page.tsx')).IntegrationsPage }));
const GalleryPage = lazy(async () => ({ default: (await import('./gallery-page.tsx')).GalleryPage }));
const NewPushPage = lazy(async () => ({ default: (await import('./new-push-page.tsx')).NewPushPage }));
const IntegrationPage = lazy(async () => ({ default: (await import('./integration-page.tsx')).IntegrationPage }));
const SummaryTab = lazy(async () => ({ default: (await import('./summary-tab.tsx')).SummaryTab }));
const LoadsTab = lazy(async () => ({ default: (await import('./loads-tab.tsx')).LoadsTab }));
const TableLoadsTab = lazy(async () => ({ default: (await import('./table-loads-tab.tsx')).TableLoadsTab }));
const SettingsTab = lazy(async () => ({ default: (await import('./settings-tab.tsx')).SettingsTab }));
const GeneratedTokenPage = lazy(async () => ({ default: (await import('./generated-token-page.tsx')).GeneratedTokenPage }));

const pipeline = '/v2/client/:accountId/pipeline';

export const integrationRoutes: RouteObject[] = [
  { path: `${pipeline}/connections`, element: <IntegrationsPage /> },
  { path: `${pipeline}/add-integration`, element: <GalleryPage /> },
  { path: `${pipeline}/add-integration/import-api`, element: <NewPushPage key="import-api" type="import_api" /> },
  { path: `${pipeline}/add-integration/webhook`, element: <NewPushPage key="webhook" type="webhook.incoming-webhook" /> },
  {
    path: `${pipeline}/connections/:sourceId`,
    element: <IntegrationPage />,
    children: [
      { index: true, element: <Navigate to="summary" replace /> },
      { path: 'summary', element: <SummaryTab /> },
      { path: 'loads', element: <LoadsTab /> },
      { path: 'loads/:table', element: <TableLoadsTab /> },
      { path: 'settings', element: <SettingsTab /> },
      { path: 'generate-token', element: <GeneratedTokenPage /> },
    ],
  },
];
