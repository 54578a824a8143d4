import { findSourceType, type ReportCard } from '../../../contract/connect-api/source-types.ts';

/** The report card of a source: how far its set-up is (connect-api.md §6.1). Types without required properties are configured at once. */
export function reportCard(type: string): ReportCard {
  const card = findSourceType(type);
  if (card === undefined) throw new Error(`no source type ${type}`);
  const { current_step, current_step_type, steps } = card;
  return { type, current_step, current_step_type, steps };
}
