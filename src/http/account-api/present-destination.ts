import type { Destination } from '../../../contract/account-api/destinations.ts';
import { describeHold } from '../../domain/destination/hold.ts';
import type { DestinationView } from '../../domain/destination/view.ts';
import type { SourceRow } from '../../domain/source/get.ts';
import { instant, instantOrNull } from './instant.ts';

/** A destination with the integrations that load into it; of credentials only which are kept. */
export function presentDestination(
  { row, properties, card, check, hold, partner }: DestinationView,
  sources: readonly SourceRow[],
): Destination {
  return {
    id: row.id,
    type: row.type,
    display_name: row.display_name,
    description: row.description,
    properties: { ...properties },
    kept_credentials: card.steps
      .flatMap((step) => step.properties)
      .filter((property) => property.is_credential && property.provided)
      .map(({ name }) => name),
    configured: card.current_step_type === 'fully_configured',
    paused: row.paused_at !== null || row.system_paused_at !== null,
    held:
      hold === undefined ? null : { reason: hold.reason, partner: hold.partner, since: instant(hold.since), message: describeHold(hold) },
    partner: partner ?? null,
    check:
      check === undefined
        ? null
        : { started_at: instant(check.started_at), completed_at: instantOrNull(check.completed_at), error: check.error_message },
    sources: sources
      .filter((source) => source.deleted_at === null && source.destination_id === row.id)
      .map(({ id, display_name }) => ({ id, display_name })),
    created_at: instant(row.created_at),
  };
}
