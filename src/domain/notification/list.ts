import { listOpenAlertsOf, type AlertRow } from '../../store/queries/alert.ts';
import { listDestinationNames, listSourceNames } from '../../store/queries/connection-names.ts';
import { requireAccount } from '../actor.ts';
import type { DomainContext } from '../context.ts';

/** Something that is wrong, as members read it (web-app.md §4.1). */
export interface Notification {
  readonly id: number;
  readonly level: 'warning' | 'critical' | 'delay';
  /** What it is about, by its name. */
  readonly subject: string;
  readonly summary: string;
  /** The raw error. */
  readonly details: string;
  /** Milliseconds since the epoch. */
  readonly raisedAt: number;
  readonly sourceId: number | undefined;
  readonly destinationId: number | undefined;
}

/** What lasts and nobody dismissed, newest first. Throws `invalid_id`. */
export async function listNotifications(ctx: DomainContext, accountId: number): Promise<Notification[]> {
  requireAccount(ctx.actor, accountId);
  const { read } = ctx.store;
  const alerts = (await listOpenAlertsOf(read, accountId)).filter((alert) => alert.dismissed_at === null);
  const [sources, destinations] = await Promise.all([
    listSourceNames(read, ids(alerts, 'source')),
    listDestinationNames(read, ids(alerts, 'destination')),
  ]);
  const sourceNames = new Map(sources.map(({ id, display_name }) => [id, display_name]));
  const destinationNames = new Map(destinations.map(({ id, display_name }) => [id, display_name]));
  return alerts.map((alert) => {
    const { sourceId, destinationId, table } = parseAlertSubject(alert.subject);
    const source = sourceId === undefined ? '' : (sourceNames.get(sourceId) ?? `Integration ${sourceId}`);
    const destination = destinationId === undefined ? '' : (destinationNames.get(destinationId) ?? `Destination ${destinationId}`);
    return {
      id: alert.id,
      level: 'critical',
      ...describe(alert.kind, { source, destination, table }),
      details: alert.message,
      raisedAt: alert.raised_at,
      sourceId,
      destinationId,
    };
  });
}

interface AlertSubject {
  readonly sourceId: number | undefined;
  readonly destinationId: number | undefined;
  readonly table: string;
}

/** `destination:<id>`, `source:<id>` or `table:<source id>/<table>`. */
function parseAlertSubject(subject: string): AlertSubject {
  const [, kind, id, table = ''] = /^(\w+):(\d+)(?:\/(.*))?$/s.exec(subject) ?? [];
  return {
    sourceId: kind === 'destination' ? undefined : Number(id),
    destinationId: kind === 'destination' ? Number(id) : undefined,
    table,
  };
}

function ids(alerts: readonly AlertRow[], of: 'source' | 'destination'): number[] {
  const found = alerts
    .map(({ subject }) => parseAlertSubject(subject))
    .map(({ sourceId, destinationId }) => (of === 'source' ? sourceId : destinationId));
  return [...new Set(found.filter((id) => id !== undefined))];
}

function describe(
  kind: AlertRow['kind'],
  { source, destination, table }: { source: string; destination: string; table: string },
): { subject: string; summary: string } {
  switch (kind) {
    case 'destination_down':
      return {
        subject: destination,
        summary: 'Nothing can be loaded into this destination. What arrives is kept and loads by itself once it works again.',
      };
    case 'source_stopped':
      return { subject: source, summary: 'Nothing of this integration is loaded. What arrives is kept.' };
    case 'table_stopped':
      return { subject: source, summary: `The table ${table} is not loaded. What arrives for it is kept; other tables go on.` };
  }
}
