/** The frame of the settings: one heading, five tabs that are links (web-app.md §13, 3). */
import { useEffect, useRef, type ReactNode } from 'react';
import { NavLink } from 'react-router';
import { Page } from '../../components/page.tsx';
import { paths, type SettingsTab } from '../../paths.ts';
import { useSession } from '../../shell/session.tsx';
import classes from './settings-page.module.css';

const tabs: readonly (readonly [SettingsTab, string])[] = [
  ['profile', 'Your Profile'],
  ['account', 'Account Settings'],
  ['members', 'Members'],
  ['notifications', 'Notification Settings'],
  ['billing', 'Billing'],
];

export function SettingsPage({ tab, children }: { tab: SettingsTab; children: ReactNode }): ReactNode {
  const { account } = useSession();
  const strip = useRef<HTMLElement>(null);
  // On a narrow screen the strip scrolls: the tab one is on must be in view.
  useEffect(() => {
    strip.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [tab]);
  return (
    <Page title="Settings" browserTitle={new Map(tabs).get(tab) ?? 'Settings'}>
      <nav ref={strip} aria-label="Settings" className={classes.tabs}>
        {tabs.map(([name, title]) => (
          <NavLink
            key={name}
            to={paths.settings(account.id, name)}
            className={({ isActive }) => `${classes.tab} ${isActive ? classes.active : ''}`}
          >
            {title}
          </NavLink>
        ))}
      </nav>
      {children}
    </Page>
  );
}
