import { findSourceType } from '../../../contract/connect-api/source-types.ts';
import type { ReportCard } from '../../../contract/connect-api/report-card.ts';
import { computeCard, nothingSetUp, type SetUp } from '../../../contract/connect-api/types/compute-card.ts';

/** The report card of a source: how far its set-up is (connect-api.md §6.1). */
export function reportCard(type: string, setUp: SetUp = nothingSetUp): ReportCard {
  const card = findSourceType(type);
  if (card === undefined) throw new Error(`no source type ${type}`);
  return computeCard(type, card.steps, setUp);
}
