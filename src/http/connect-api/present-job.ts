import type { Extraction } from '../../../contract/connect-api/jobs.ts';
import type { CompletedJob } from '../../domain/job/list.ts';
import { wireTime } from '../../lib/wire-time.ts';

/** A completed job as one entry of connect-api.md §8.4. */
export function presentExtraction(accountId: number, job: CompletedJob): Extraction {
  const tap = tapName(job.source_type);
  return {
    job_name: job.name,
    stitch_client_id: accountId,
    source_id: job.source_id,
    source_type: tap,
    tap_name: tap,
    start_time: wireTime(job.started_at),
    completion_time: wireTime(job.completed_at ?? job.started_at),
    discovery_exit_status: job.discovery_exit_status,
    discovery_description: job.discovery_description,
    tap_exit_status: job.tap_exit_status,
    tap_description: job.tap_description,
    target_exit_status: job.target_exit_status,
    target_description: job.target_description,
  };
}

/** `platform.hp-postgres` is read by `tap-postgres`. */
function tapName(type: string): string {
  return `tap-${type.replace(/^platform\.(?:hp-)?/, '')}`;
}
