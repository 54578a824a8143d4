import type { Sheet } from '../sinks/sink.ts';
import { dropped, targetOf } from './column-buffer.ts';
import type { ShapedWindow } from './shape.ts';

/** For each surviving root row 1 where its record has a value in `_sdc_deleted_at` (loading.md §8.3, §11). */
export function findDeletes({ root, survivors }: ShapedWindow, sheet: Sheet): Uint8Array<ArrayBuffer> {
  const deletes = new Uint8Array(survivors.rows);
  for (const buffer of root.slots.get(sheet.foldName('_sdc_deleted_at'))?.buffers.values() ?? []) {
    for (let entry = 0; entry < buffer.count; entry += 1) {
      const target = targetOf(survivors, buffer.rows[entry] ?? 0);
      if (target !== dropped) deletes[target] = 1;
    }
  }
  return deletes;
}
