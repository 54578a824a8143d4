import type { RouteObject } from 'react-router';

export const integrationRoutes: RouteObject[] = [];
