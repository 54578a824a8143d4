/**
 * What `selected: false` does to a field that is selected by default. `singer`: it is left out, as taps read it. `documented`: it is
 * replicated all the same (connect-api.md §7.6, row 4, and A13).
 */
export type DeselectionReading = 'singer' | 'documented';

export interface FieldChoice {
  /** Anything but `automatic` and `unsupported` counts as `available`. */
  readonly inclusion: unknown;
  readonly selected: boolean | null;
  readonly selectedByDefault: boolean | null;
}

/** Whether a field of a selected stream is replicated (connect-api.md §7.6). */
export function isFieldReplicated(
  { inclusion, selected, selectedByDefault }: FieldChoice,
  reading: DeselectionReading = 'singer',
): boolean {
  if (inclusion === 'automatic') return true;
  if (inclusion === 'unsupported') return false;
  if (selected === false && reading === 'singer') return false;
  return selected === true || selectedByDefault === true;
}
