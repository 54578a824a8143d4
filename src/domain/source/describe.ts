import type { Kysely } from 'kysely';
import { findDeclaredType } from '../../../contract/connect-api/source-types.ts';
import type { ReportCard } from '../../../contract/connect-api/report-card.ts';
import { listChecksOfSources, type ConnectionCheckRow } from '../../store/queries/connection-check.ts';
import { listSecretNamesOfSources } from '../../store/queries/connection-secret.ts';
import { listLastStarts } from '../../store/queries/job.ts';
import { listDiscoveredSources } from '../../store/queries/stream.ts';
import type { SourceRow } from '../../store/queries/source.ts';
import type { Tables } from '../../store/tables.ts';
import type { DomainContext } from '../context.ts';
import { nextFireTime, readSchedule, type Schedule } from '../schedule/schedule.ts';
import { readStreamProgress, type StreamProgress } from '../stream/progress.ts';
import { reportCard } from './report-card.ts';

/** A source with all that its row does not say. */
export interface SourceDescription {
  readonly row: SourceRow;
  /** Properties that may be returned. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly card: ReportCard;
  readonly checkName: string | undefined;
  /** Undefined while nothing is scheduled. */
  readonly schedule: { readonly by: Schedule; readonly nextFireAt: number } | undefined;
}

/** What is known of a source beside its row. */
export interface SourceFacts {
  /** Names of its sealed credentials. */
  readonly secrets: readonly string[];
  readonly check: Pick<ConnectionCheckRow, 'name' | 'completed_at' | 'error_message'> | undefined;
  /** Whether streams were discovered, and whether one is selected that has a field to replicate. */
  readonly streams: StreamProgress;
  /** Start of its last run; undefined when it never ran. */
  readonly previousStart: number | undefined;
}

/** Reads what belongs to sources of one account. */
export async function describeSources(ctx: DomainContext, rows: readonly SourceRow[]): Promise<SourceDescription[]> {
  const [first, second] = rows;
  if (first === undefined) return [];
  const factsOf = await readFacts(ctx.store.read, { accountId: first.account_id, ...(second === undefined ? { sourceId: first.id } : {}) });
  const now = ctx.now();
  return rows.map((row) => describe(row, factsOf(row.id), now));
}

/** The report card of a source as it is in a transaction. */
export async function readCard(db: Kysely<Tables>, row: SourceRow): Promise<ReportCard> {
  const factsOf = await readFacts(db, { accountId: row.account_id, sourceId: row.id });
  return describeCard(row, factsOf(row.id));
}

/** A row with what is known of it, at a time. */
export function describe(row: SourceRow, facts: SourceFacts, now: number): SourceDescription {
  const properties = JSON.parse(row.properties) as Record<string, unknown>;
  const { check } = facts;
  const card = describeCard(row, facts);
  const by = isScheduled(row, card) ? readSchedule(properties) : undefined;
  const previous = facts.previousStart === undefined ? {} : { previousStart: facts.previousStart };
  const nextFireAt = by && nextFireTime(by, { after: now, ...previous });
  return {
    row,
    properties,
    card,
    checkName: check?.name,
    schedule: by === undefined || nextFireAt === undefined ? undefined : { by, nextFireAt },
  };
}

/** The report card of a source with what is stored of it. A later failure does not undo a discovery that succeeded (connect-api.md §6.2). */
function describeCard(row: Pick<SourceRow, 'type' | 'properties'>, { secrets, check, streams }: SourceFacts): ReportCard {
  const sealed = Object.fromEntries(secrets.map((name) => [name, true]));
  const succeeded = check !== undefined && check.completed_at !== null && check.error_message === null;
  return reportCard(row.type, {
    provided: { ...(JSON.parse(row.properties) as Record<string, unknown>), ...sealed },
    discovered: streams.discovered || succeeded,
    selected: streams.selected,
  });
}

function isScheduled(row: SourceRow, card: ReportCard): boolean {
  if (row.deleted_at !== null || row.paused_at !== null || row.system_paused_at !== null || row.destination_id === null) return false;
  return card.current_step_type === 'fully_configured' && findDeclaredType(row.type)?.delivery === 'pull';
}

async function readFacts(db: Kysely<Tables>, of: { accountId: number; sourceId?: number }): Promise<(sourceId: number) => SourceFacts> {
  const secrets = Map.groupBy(await listSecretNamesOfSources(db, of), ({ connection_id }) => connection_id);
  const checks = new Map((await listChecksOfSources(db, of)).map((check) => [check.connection_id, check]));
  const starts = new Map((await listLastStarts(db, of)).map((job) => [job.source_id, job.started_at]));
  const progress = new Map<number, StreamProgress>();
  for (const id of await listDiscoveredSources(db, of)) progress.set(id, await readStreamProgress(db, id));
  return (sourceId) => ({
    secrets: (secrets.get(sourceId) ?? []).map(({ property }) => property),
    check: checks.get(sourceId),
    streams: progress.get(sourceId) ?? { discovered: false, selected: false },
    previousStart: starts.get(sourceId) ?? undefined,
  });
}
