import { useOutletContext } from 'react-router';
import type { Integration } from '../../../contract/account-api/sources.ts';

/** What the page of an integration gives its tabs. */
export interface IntegrationContext {
  readonly integration: Integration;
  /** The token just made, while its page is shown. */
  readonly secret: string | undefined;
  readonly setSecret: (secret: string | undefined) => void;
}

export function useIntegration(): IntegrationContext {
  return useOutletContext<IntegrationContext>();
}
