import type { Migration } from '../migrate.ts';
import { accounts } from './0001-accounts.ts';
import { credentials } from './0002-credentials.ts';
import { audit } from './0003-audit.ts';
import { loading } from './0004-loading.ts';
import { reports } from './0005-reports.ts';
import { destinations } from './0006-destinations.ts';
import { people } from './0007-people.ts';
import { usage } from './0008-usage.ts';
import { notifications } from './0009-notifications.ts';
import { streams } from './0010-streams.ts';
import { webhookUrls } from './0011-webhook-urls.ts';
import { partners } from './0012-partners.ts';

/** In the order they are applied. A published one is never edited or moved; a new one only adds (ADR 3). */
export const migrations: readonly Migration[] = [
  accounts,
  credentials,
  audit,
  loading,
  reports,
  destinations,
  people,
  usage,
  notifications,
  streams,
  webhookUrls,
  partners,
];
