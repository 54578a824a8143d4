/** The frame of every signed-in page: tabs at the top, the menu of the member at the right. */
import { ActionIcon, Anchor, AppShell, Badge, Button, Group, Menu, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { IconChevronDown, IconHelpCircle, IconMoon, IconSun } from '@tabler/icons-react';
import { Suspense, type ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link, NavLink, Outlet, useLocation, useNavigate, useParams } from 'react-router';
import { call } from '../api/client.ts';
import { queryClient } from '../api/query-client.ts';
import { read } from '../api/query.ts';
import { NotFoundPage } from '../pages/not-found-page.tsx';
import { paths } from '../paths.ts';
import { FlashBanner } from './flash.tsx';
import classes from './app-frame.module.css';
import { useSession } from './session.tsx';

export function AppFrame(): ReactNode {
  const { account } = useSession();
  const { id, open_notifications: open } = account;
  const { accountId = String(id) } = useParams();
  const severalDestinations = (useQuery(read('listDestinations', {})).data?.length ?? 0) > 1;
  // An address of another account must not show this one's pages.
  if (accountId !== String(id)) return <NotFoundPage />;
  return (
    <AppShell header={{ height: { base: 96, sm: 56 } }} padding={0}>
      <AppShell.Header className={classes.header}>
        <a href="#main" className={classes.skip}>
          Skip to the content
        </a>
        <Group component="nav" aria-label="Main" className={classes.bar} gap="md">
          <Anchor component={Link} to={paths.home()} className={classes.brand} underline="never">
            <img src="/icon.svg" alt="" width={24} height={24} />
            Thimble
          </Anchor>
          <Group gap={0} className={classes.tabs}>
            <Tab to={paths.integrations(id)} also={paths.addIntegration(id)}>
              Integrations
            </Tab>
            <Tab to={paths.destinations(id)} also="/v2/destinations/">
              {severalDestinations ? 'Destinations' : 'Destination'}
            </Tab>
            <Tab to={paths.notifications(id)}>
              {open > 0 && (
                <Badge size="sm" color="red.8" circle aria-label={`${open} open`}>
                  {open}
                </Badge>
              )}
              Notifications
            </Tab>
          </Group>
          <Group gap="xs" className={classes.right}>
            <Button component={Link} to={paths.guides()} variant="subtle" size="compact-sm" aria-label="Documentation">
              <IconHelpCircle size={16} />
              <Text inherit span visibleFrom="sm" ms={6}>
                Documentation
              </Text>
            </Button>
            <ThemeSwitch />
            <UserMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Main id="main" tabIndex={-1}>
        <FlashBanner />
        <Suspense>
          <Outlet />
        </Suspense>
      </AppShell.Main>
    </AppShell>
  );
}

/** A tab stays the active one on pages whose address begins with `also`. */
function Tab({ to, also, children }: { to: string; also?: string; children: ReactNode }): ReactNode {
  const { pathname } = useLocation();
  const isBelow = also !== undefined && pathname.startsWith(also);
  return (
    <NavLink to={to} className={({ isActive }) => `${classes.tab} ${isActive || isBelow ? classes.active : ''}`}>
      {children}
    </NavLink>
  );
}

function ThemeSwitch(): ReactNode {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const isDark = colorScheme === 'dark' || (colorScheme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  return (
    <ActionIcon
      variant="subtle"
      aria-label={isDark ? 'Use the light theme' : 'Use the dark theme'}
      onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
    >
      {isDark ? <IconSun size={18} /> : <IconMoon size={18} />}
    </ActionIcon>
  );
}

function UserMenu(): ReactNode {
  const { member, account } = useSession();
  const navigate = useNavigate();

  async function signOut(): Promise<void> {
    await call('signOut', {});
    queryClient.clear();
    await navigate(paths.signIn());
  }

  return (
    <Menu position="bottom-end" withArrow>
      <Menu.Target>
        <UnstyledButton className={classes.user} aria-label={`Menu of ${member.name}`}>
          <Text size="sm" fw={600} truncate maw={160} visibleFrom="sm">
            {member.name}
          </Text>
          <IconChevronDown size={16} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to={paths.settings(account.id, 'profile')}>
          Manage Account Settings
        </Menu.Item>
        <Menu.Item component={Link} to={paths.settings(account.id, 'billing')}>
          Billing
        </Menu.Item>
        <Menu.Item component={Link} to={paths.audit(account.id)}>
          Audit log
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void signOut()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
