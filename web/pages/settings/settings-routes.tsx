import { lazy, type ReactNode } from 'react';
import { Navigate, type RouteObject } from 'react-router';
import { paths } from '../../paths.ts';
import { useSession } from '../../shell/session.tsx';

const ProfilePage = lazy(async () => ({ default: (await import('./profile/profile-page.tsx')).ProfilePage }));
const AccountPage = lazy(async () => ({ default: (await import('./account/account-page.tsx')).AccountPage }));
const NewApiKeyPage = lazy(async () => ({ default: (await import('./account/new-api-key-page.tsx')).NewApiKeyPage }));
const RotateApiKeyPage = lazy(async () => ({ default: (await import('./account/rotate-api-key-page.tsx')).RotateApiKeyPage }));
const MembersPage = lazy(async () => ({ default: (await import('./members/members-page.tsx')).MembersPage }));
const NotificationSettingsPage = lazy(async () => ({
  default: (await import('./notifications/notification-settings-page.tsx')).NotificationSettingsPage,
}));
const BillingPage = lazy(async () => ({ default: (await import('./billing/billing-page.tsx')).BillingPage }));

/** `/settings` alone opens the first tab. */
function FirstTab(): ReactNode {
  return <Navigate to={paths.settings(useSession().account.id, 'profile')} replace />;
}

const base = '/v2/client/:accountId/settings';

export const settingsRoutes: RouteObject[] = [
  { path: base, element: <FirstTab /> },
  { path: `${base}/profile`, element: <ProfilePage /> },
  { path: `${base}/account`, element: <AccountPage /> },
  { path: `${base}/account/generate-key`, element: <NewApiKeyPage /> },
  { path: `${base}/account/api-keys/:keyId/rotate`, element: <RotateApiKeyPage /> },
  { path: `${base}/members`, element: <MembersPage /> },
  { path: `${base}/notifications`, element: <NotificationSettingsPage /> },
  { path: `${base}/billing`, element: <BillingPage /> },
];
