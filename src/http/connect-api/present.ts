import type { Source } from '../../../contract/connect-api/sources.ts';
import type { ListedToken } from '../../../contract/connect-api/tokens.ts';
import type { CredentialRow } from '../../domain/credential/find.ts';
import type { SourceDescription } from '../../domain/source/describe.ts';
import { wireTime } from '../../lib/wire-time.ts';

/** A source as the Source object of connect-api.md §5.1. */
export function presentSource({ row, properties, card, checkName, schedule }: SourceDescription): Source {
  return {
    id: row.id,
    type: row.type,
    name: row.name,
    display_name: row.display_name,
    stitch_client_id: row.account_id,
    mapped_destination_ids: row.destination_id === null ? [] : [row.destination_id],
    properties: { ...properties },
    schedule: schedule === undefined ? null : presentSchedule(schedule),
    ...(checkName === undefined ? {} : { check_job_name: checkName }),
    created_at: wireTime(row.created_at),
    updated_at: wireTime(row.updated_at),
    deleted_at: row.deleted_at === null ? null : wireTime(row.deleted_at),
    paused_at: row.paused_at,
    system_paused_at: row.system_paused_at,
    report_card: card,
  };
}

function presentSchedule({ by, nextFireAt }: NonNullable<SourceDescription['schedule']>): Source['schedule'] {
  const fires = { next_fire_time: wireTime(nextFireAt) };
  if (by.type === 'cron') return { type: 'cron', cron_expression: by.expression, ...fires };
  return { type: 'interval', unit: 'minute', interval: by.minutes, ...fires };
}

/** One entry of the token list (connect-api.md §10.1). */
export function presentToken(row: CredentialRow): ListedToken {
  return { token_id: row.id, created_at: wireTime(row.created_at) };
}
