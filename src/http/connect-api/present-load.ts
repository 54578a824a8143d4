import type { Load } from '../../../contract/connect-api/loads.ts';
import type { StreamLoad } from '../../domain/load/list.ts';
import { wireTime } from '../../lib/wire-time.ts';

/** The latest load of a stream as connect-api.md §8.6 has it. */
export function presentLoad(load: StreamLoad): Load {
  const { error, lastLoadedAt } = load;
  return {
    stitch_client_id: load.accountId,
    source_name: load.sourceName,
    stream_name: load.table,
    last_batch_loaded_at: error !== undefined || lastLoadedAt === null ? null : wireTime(lastLoadedAt),
    error_state: error === undefined ? null : presentErrorState(error),
  };
}

const causes: Readonly<Record<string, string>> = {
  transient: 'The destination could not be loaded; it is tried again.',
  destination_unusable: 'The destination cannot be used; its loads are held.',
  table_stopped: 'The table cannot be loaded until it is repaired.',
  ledger_mismatch: 'The source is stopped: destination and buffer do not belong together.',
};

function presentErrorState({ type, message, sqlState }: NonNullable<StreamLoad['error']>): NonNullable<Load['error_state']> {
  return {
    notification_data: {
      message: causes[type] ?? 'The table could not be loaded.',
      exception_message: message,
      error: type === 'ledger_mismatch' ? 'LOADER_INTERNAL_ERROR' : 'LOADER_WAREHOUSE_ERROR',
      status: 'ERROR',
      action: 'load',
      warehouse_message: message,
      warehouse_error_code: null,
      warehouse_sql_state: sqlState ?? null,
    },
    exception_chain: [{ class: type, message, chain_sequence_num: 1, action: 'load' }],
  };
}
