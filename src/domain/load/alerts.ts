import type { Store } from '../../store/database.ts';
import { clearAlerts, insertAlert, listOpenAlerts, type AlertRow } from '../../store/queries/alert.ts';

interface Stream {
  readonly sourceId: number;
  /** Root table as the client named it. */
  readonly table: string;
  readonly destinationId: number;
}

interface Failed extends Stream {
  readonly accountId: number;
  readonly type: string;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly failedAt: number;
}

/** Tells owners once per outage, not once per attempt. Nothing here rejects: a load must not fail because an alert cannot be stored. */
export interface Alerts {
  loaded(stream: Stream & { readonly finishedAt: number }): Promise<void>;
  failed(failure: Failed): Promise<void>;
  /** A check found the destination usable. */
  recovered(destinationId: number, at: number): Promise<void>;
}

/** What may pass by itself is an outage once it has lasted this long. */
const patienceMs = 10 * 60_000;

/** Judges what loads report and keeps one open alert per subject in the store, for the owner to be told. */
export function createAlerts(options: {
  store: Store;
  log: {
    warn(fields: object, message: string): void;
    info(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
  /** An outage of a destination began, or ended. */
  onDestination: (destinationId: number) => void;
}): Alerts {
  const { store, log, onDestination } = options;
  /** Since when each stream fails in a way that may pass; forgotten at a stop, which only makes an alert later. */
  const failingSince = new Map<string, number>();
  const lastLoad = new Map<number, number>();
  /** Subjects that may have an open alert; more than there are costs one statement. */
  let open: Set<string> | undefined;

  async function raise(alert: Pick<AlertRow, 'account_id' | 'kind' | 'subject' | 'message' | 'raised_at'>): Promise<boolean> {
    const isNew = await store.transaction((tx) => insertAlert(tx, alert));
    (await openSubjects()).add(alert.subject);
    if (isNew) log.warn({ accountId: alert.account_id, kind: alert.kind, subject: alert.subject, reason: alert.message }, 'alert raised');
    return isNew;
  }

  async function clear(subjects: readonly string[], at: number): Promise<void> {
    const known = await openSubjects();
    const concerned = subjects.filter((subject) => known.has(subject));
    if (concerned.length === 0) return;
    const cleared = await store.transaction((tx) => clearAlerts(tx, concerned, at));
    for (const subject of concerned) known.delete(subject);
    for (const { account_id: accountId, kind, subject } of cleared) log.info({ accountId, kind, subject }, 'alert cleared');
  }

  async function openSubjects(): Promise<Set<string>> {
    return (open ??= new Set((await listOpenAlerts(store.read)).map(({ subject }) => subject)));
  }

  /** What the failure says about whom, undefined while it may still pass. */
  function judge({ sourceId, table, destinationId, type, failedAt }: Failed): Pick<AlertRow, 'kind' | 'subject'> | undefined {
    const ofDestination = { kind: 'destination_down', subject: destinationSubject(destinationId) } as const;
    const ofTable = { kind: 'table_stopped', subject: tableSubject(sourceId, table) } as const;
    if (type === 'destination_unusable') return ofDestination;
    if (type === 'ledger_mismatch') return { kind: 'source_stopped', subject: sourceSubject(sourceId) };
    if (type === 'table_stopped') return ofTable;
    const since = failingSince.get(ofTable.subject) ?? failedAt;
    failingSince.set(ofTable.subject, since);
    if (failedAt - since < patienceMs) return undefined;
    // Where others load meanwhile, it is not the destination.
    return (lastLoad.get(destinationId) ?? -Infinity) > since ? ofTable : ofDestination;
  }

  async function guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      log.error({ err: error }, 'an alert could not be stored');
    }
  }

  return {
    loaded: ({ sourceId, table, destinationId, finishedAt }) =>
      guarded(async () => {
        const destination = destinationSubject(destinationId);
        const wasDown = (await openSubjects()).has(destination);
        failingSince.delete(tableSubject(sourceId, table));
        lastLoad.set(destinationId, finishedAt);
        await clear([tableSubject(sourceId, table), sourceSubject(sourceId), destination], finishedAt);
        if (wasDown) onDestination(destinationId);
      }),
    failed: (failure) =>
      guarded(async () => {
        const verdict = judge(failure);
        if (verdict === undefined) return;
        const { accountId, message, failedAt, destinationId } = failure;
        const isNew = await raise({ account_id: accountId, ...verdict, message, raised_at: failedAt });
        if (isNew && verdict.kind === 'destination_down') onDestination(destinationId);
      }),
    recovered: (destinationId, at) => guarded(() => clear([destinationSubject(destinationId)], at)),
  };
}

function destinationSubject(destinationId: number): string {
  return `destination:${destinationId}`;
}

function sourceSubject(sourceId: number): string {
  return `source:${sourceId}`;
}

function tableSubject(sourceId: number, table: string): string {
  return `table:${sourceId}/${table}`;
}
