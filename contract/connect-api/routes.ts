/** Every route of the Connect API, in the order documents list them. */
import { accountCreationRoutes } from './accounts.ts';
import { connectionCheckRoutes } from './connection-checks.ts';
import { destinationRoutes, destinationV3Routes } from './destinations.ts';
import { destinationTypeRoutes } from './destination-types.ts';
import { jobRoutes } from './jobs.ts';
import { loadRoutes } from './loads.ts';
import type { ConnectRoute } from './route.ts';
import { sessionRoutes } from './sessions.ts';
import { sourceTypeRoutes } from './source-types.ts';
import { sourceRoutes } from './sources.ts';
import { streamRoutes } from './streams.ts';
import { tokenRoutes } from './tokens.ts';

export const connectApiRoutes = {
  ...sourceTypeRoutes,
  ...sourceRoutes,
  ...tokenRoutes,
  ...streamRoutes,
  ...destinationTypeRoutes,
  ...destinationRoutes,
  ...connectionCheckRoutes,
  ...jobRoutes,
  ...loadRoutes,
  ...accountCreationRoutes,
  ...sessionRoutes,
  ...destinationV3Routes,
} as const satisfies Record<string, ConnectRoute>;
