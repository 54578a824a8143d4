import { lazy } from 'react';
import type { RouteObject } from 'react-router';

const DestinationsPage = lazy(async () => ({ default: (await import('./destinations-page.tsx')).DestinationsPage }));
const NewDestinationPage = lazy(async () => ({ default: (await import('./new-destination-page.tsx')).NewDestinationPage }));
const DestinationPage = lazy(async () => ({ default: (await import('./destination-page.tsx')).DestinationPage }));

const base = '/v2/client/:accountId/pipeline/destinations';

export const destinationRoutes: RouteObject[] = [
  { path: base, element: <DestinationsPage /> },
  { path: `${base}/add`, element: <DestinationsPage isAdding /> },
  { path: `${base}/add/:type`, element: <NewDestinationPage /> },
  { path: '/v2/destinations/:destinationId/edit', element: <DestinationPage /> },
];
