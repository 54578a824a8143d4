import { lazy } from 'react';
import type { RouteObject } from 'react-router';

const ApiDocsPage = lazy(async () => ({ default: (await import('./api-docs-page.tsx')).ApiDocsPage }));

/** For anybody. */
export const apiDocsRoutes: RouteObject[] = [
  { path: '/docs/api', element: <ApiDocsPage /> },
  { path: '/docs/api/:name', element: <ApiDocsPage /> },
];
