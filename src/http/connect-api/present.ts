import type { Source } from '../../../contract/connect-api/sources.ts';
import type { ListedToken } from '../../../contract/connect-api/tokens.ts';
import type { CredentialRow } from '../../domain/credential/find.ts';
import type { SourceRow } from '../../domain/source/get.ts';
import { reportCard } from '../../domain/source/report-card.ts';
import { wireTime } from '../../lib/wire-time.ts';

/** A source row as the Source object of connect-api.md §5.1. */
export function presentSource(row: SourceRow): Source {
  return {
    id: row.id,
    type: row.type,
    name: row.name,
    display_name: row.display_name,
    stitch_client_id: row.account_id,
    mapped_destination_ids: row.destination_id === null ? [] : [row.destination_id],
    properties: JSON.parse(row.properties) as Record<string, unknown>,
    schedule: null,
    created_at: wireTime(row.created_at),
    updated_at: wireTime(row.updated_at),
    deleted_at: row.deleted_at === null ? null : wireTime(row.deleted_at),
    paused_at: row.paused_at,
    system_paused_at: row.system_paused_at,
    report_card: reportCard(row.type),
  };
}

/** One entry of the token list (connect-api.md §10.1). */
export function presentToken(row: CredentialRow): ListedToken {
  return { token_id: row.id, created_at: wireTime(row.created_at) };
}
