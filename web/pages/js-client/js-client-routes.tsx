import { lazy } from 'react';
import type { RouteObject } from 'react-router';
import { paths } from '../../paths.ts';

const JsClientPage = lazy(async () => ({ default: (await import('./js-client-page.tsx')).JsClientPage }));

export const jsClientRoutes: RouteObject[] = [{ path: paths.jsClient(), element: <JsClientPage /> }];
