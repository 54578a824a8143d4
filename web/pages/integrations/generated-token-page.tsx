import type { ReactNode } from 'react';
import { Navigate, useNavigate } from 'react-router';
import { paths } from '../../paths.ts';
import { useSession } from '../../shell/session.tsx';
import { GeneratedToken } from './generated-token.tsx';
import { useIntegration } from './integration-context.ts';

/** Shows the token just made in the settings. Without one (a reload, Back and Forward) it leads there. */
export function GeneratedTokenPage(): ReactNode {
  const { account } = useSession();
  const { integration, secret, setSecret } = useIntegration();
  const navigate = useNavigate();
  const settings = paths.integration(account.id, integration.id, 'settings');
  if (secret === undefined) return <Navigate to={settings} replace />;
  return (
    <GeneratedToken
      type={integration.type}
      secret={secret}
      accountId={account.id}
      onClose={() => {
        setSecret(undefined);
        void navigate(settings, { replace: true });
      }}
    />
  );
}
