import type { Transaction } from 'kysely';
import { wireTime } from '../../lib/wire-time.ts';
import { updateSourceRow, type SourceRow } from '../../store/queries/source.ts';
import type { Tables } from '../../store/tables.ts';
import type { Effects } from '../changes.ts';

type Binding = Pick<SourceRow, 'destination_id' | 'destination_binding' | 'system_paused_at'>;

/**
 * The columns of a source that loads into another destination, or into none. Each change is a new binding: the ledger begins anew there,
 * and loads under way end where they began (ADR 5). Getting one ends the pause of a source that had none; a pause for another reason stays.
 */
export function bindTo(source: SourceRow, destinationId: number | null, now: number): Binding {
  const pausedFor = source.destination_id === null ? null : source.system_paused_at;
  return {
    destination_id: destinationId,
    destination_binding: source.destination_binding + (destinationId === source.destination_id ? 0 : 1),
    system_paused_at: destinationId === null ? (source.system_paused_at ?? wireTime(now)) : pausedFor,
  };
}

/** Gives live sources another destination; their routes change before the caller is answered. */
export async function bindSources(
  tx: Transaction<Tables>,
  effects: Effects,
  sources: readonly SourceRow[],
  to: { destinationId: number | null; now: number },
): Promise<void> {
  for (const source of sources) {
    await updateSourceRow(tx, source.id, { ...bindTo(source, to.destinationId, to.now), updated_at: to.now });
    effects.registry.push({ kind: 'source', sourceId: source.id, state: source.paused_at === null ? 'active' : 'inactive' });
  }
}
