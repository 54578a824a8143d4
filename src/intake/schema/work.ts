import { WorkLimitError } from './schema-errors.ts';

/** What a request may still do, in units of about one look at one value (some 20 ns; a pattern's worst case is near 160 ns). */
export interface Work {
  left: number;
}

/** Takes `units` off. Throws `WorkLimitError` when nothing is left. */
export function spend(work: Work, units: number): void {
  work.left -= units;
  if (work.left < 0) throw new WorkLimitError();
}
