import type { ConnectionCheck } from '../../../contract/connect-api/connection-checks.ts';
import type { Destination, DestinationV3 } from '../../../contract/connect-api/destinations.ts';
import type { ConnectionCheckRow, DestinationView } from '../../domain/destination/view.ts';
import { wireTime } from '../../lib/wire-time.ts';

/** A destination as the Destination object of connect-api.md §9.1; one that is held is paused by the system. */
export function presentDestination({ row, properties, card, check, hold }: DestinationView): Destination {
  return {
    id: row.id,
    type: row.type,
    name: row.name,
    description: row.description,
    display_name: null,
    stitch_client_id: row.account_id,
    properties: { ...properties, status: '1' },
    created_at: wireTime(row.created_at),
    updated_at: wireTime(row.updated_at),
    deleted_at: row.deleted_at === null ? null : wireTime(row.deleted_at),
    paused_at: row.paused_at,
    system_paused_at: hold === undefined ? row.system_paused_at : wireTime(hold.since),
    ...(check === undefined ? {} : { check_job_name: check.name }),
    report_card: card,
  };
}

/** A destination in the old shape of connect-api.md §9.2: native types instead of text. */
export function presentDestinationV3({ row, properties, check }: DestinationView): DestinationV3 {
  return {
    id: row.id,
    type: row.type,
    created_at: wireTime(row.created_at),
    updated_at: wireTime(row.updated_at),
    connection: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, toNative(name, value)])),
    last_check:
      check === undefined
        ? null
        : {
            error: check.error_message !== null,
            started_at: wireTime(check.started_at),
            completed_at: check.completed_at === null ? null : wireTime(check.completed_at),
          },
  };
}

function toNative(name: string, value: string): string | number | boolean {
  if (name.endsWith('port')) return Number(value);
  return name === 'ssl' ? value === 'true' : value;
}

/** A check as the object of connect-api.md §8.1. */
export function presentCheck({ name, started_at, completed_at, error_message }: ConnectionCheckRow): ConnectionCheck {
  const exitStatus = completed_at === null ? null : error_message === null ? 0 : 1;
  return {
    name,
    mode: 'check',
    status: exitStatus === null ? 'running' : exitStatus === 0 ? 'succeeded' : 'failed',
    start_time: wireTime(started_at),
    completion_time: completed_at === null ? null : wireTime(completed_at),
    error: exitStatus === 1,
    check_exit_status: exitStatus,
    discovery_exit_status: exitStatus,
    discovery_error_message: error_message,
    tap_exit_status: null,
    tap_error_message: null,
    target_exit_status: null,
    target_error_message: null,
  };
}
