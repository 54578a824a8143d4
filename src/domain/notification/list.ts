import { listOpenAlertsOf, type AlertRow } from '../../store/queries/alert.ts';
import { listDestinationNames, listSourceNames } from '../../store/queries/connection-names.ts';
import { listHookRows } from '../../store/queries/hook.ts';
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
  const hooks = new Map((await listHookRows(read, accountId)).map((hook) => [hook.id, hook.destination_id]));
  const subjects = new Map(alerts.map(({ id, subject }) => [id, parseAlertSubject(subject, hooks)]));
  const [sources, destinations] = await Promise.all([
    listSourceNames(read, ids([...subjects.values()].map(({ sourceId }) => sourceId))),
    listDestinationNames(read, ids([...subjects.values()].map(({ destinationId }) => destinationId))),
  ]);
  const sourceNames = new Map(sources.map(({ id, display_name }) => [id, display_name]));
  const destinationNames = new Map(destinations.map(({ id, display_name }) => [id, display_name]));
  return alerts.map((alert) => {
    const { sourceId, destinationId, table } = subjects.get(alert.id) ?? parseAlertSubject(alert.subject, hooks);
    const source = sourceId === undefined ? '' : (sourceNames.get(sourceId) ?? `Integration ${sourceId}`);
    const destination = destinationId === undefined ? '' : (destinationNames.get(destinationId) ?? `Destination ${destinationId}`);
    return {
      id: alert.id,
      level: alert.kind === 'hook_undeliverable' || alert.kind === 'destination_held' ? 'warning' : 'critical',
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

/** `destination:<id>`, `hold:<destination id>`, `source:<id>`, `table:<source id>/<table>` or `hook:<id>`, which is about the hook's destination. */
function parseAlertSubject(subject: string, destinationOfHook: ReadonlyMap<number, number>): AlertSubject {
  const [, kind, digits, table = ''] = /^(\w+):(\d+)(?:\/(.*))?$/s.exec(subject) ?? [];
  const id = Number(digits);
  if (kind === 'hook') return { sourceId: undefined, destinationId: destinationOfHook.get(id), table };
  return kind === 'destination' || kind === 'hold'
    ? { sourceId: undefined, destinationId: id, table }
    : { sourceId: id, destinationId: undefined, table };
}

function ids(found: readonly (number | undefined)[]): number[] {
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
    case 'destination_held':
      return {
        subject: destination,
        summary:
          'Nothing is loaded into this destination: the partner that created it may not act. What arrives is kept. Enable the partner key again, or take the destination over.',
      };
    case 'source_stopped':
      return { subject: source, summary: 'Nothing of this integration is loaded. What arrives is kept.' };
    case 'table_stopped':
      return { subject: source, summary: `The table ${table} is not loaded. What arrives for it is kept; other tables go on.` };
    case 'hook_undeliverable':
      return { subject: destination, summary: 'A post-load hook of this destination could not be delivered. Loads go on.' };
  }
}
