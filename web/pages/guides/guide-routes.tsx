import { lazy } from 'react';
import type { RouteObject } from 'react-router';

const GuidesPage = lazy(async () => ({ default: (await import('./guides-page.tsx')).GuidesPage }));
const GuidePage = lazy(async () => ({ default: (await import('./guide-page.tsx')).GuidePage }));

export const guideRoutes: RouteObject[] = [
  { path: '/guides', element: <GuidesPage /> },
  { path: '/guides/:name', element: <GuidePage /> },
];
