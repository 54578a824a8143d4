import type { RouteObject } from 'react-router';

export const entranceRoutes: RouteObject[] = [];
