/** The frame of every signed-in page: tabs at the top, the menu of the member at the right. */
import { ActionIcon, Anchor, AppShell, Badge, Button, Group, Menu, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { IconChevronDown, IconHelpCircle, IconMoon, IconSun } from '@tabler/icons-react';
import { Suspense, type ReactNode } from 'react';
import { Link, NavLink, Outlet, useNavigate } from 'react-router';
import { call } from '../api/client.ts';
import { queryClient } from '../api/query.ts';
import { paths } from '../paths.ts';
import { FlashBanner } from './flash.tsx';
import classes from './app-frame.module.css';
import { useSession } from './session.tsx';

export function AppFrame(): ReactNode {
  const { account } = useSession();
  const { id, open_notifications: open } = account;
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
            <Tab to={`/v2/client/${id}/pipeline/connections`}>Integrations</Tab>
            <Tab to={paths.destinations(id)}>Destination</Tab>
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
            <Button component={Link} to={paths.guides()} variant="subtle" size="compact-sm" leftSection={<IconHelpCircle size={16} />}>
              Documentation
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

function Tab({ to, children }: { to: string; children: ReactNode }): ReactNode {
  return (
    <NavLink to={to} className={({ isActive }) => `${classes.tab} ${isActive ? classes.active : ''}`}>
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
