/** What a validator found wrong, in the wording of the everit library (import-api.md §8.2). */
export interface Failure {
  /** JSON Pointer as a fragment: `#/a/0`. */
  readonly path: string;
  readonly text: string;
  /** The failures of the alternatives, or the several failures of one value. */
  readonly causes: readonly Failure[];
  /** Single violations, those in `causes` included. */
  readonly count: number;
}

export function failure(path: string, text: string, causes: readonly Failure[] = []): Failure {
  return {
    path,
    text,
    causes,
    count: Math.max(
      1,
      causes.reduce((sum, cause) => sum + cause.count, 0),
    ),
  };
}

/** One failure for those of one value: several get a line before them that counts them. */
export function groupFailures(path: string, failures: readonly Failure[]): readonly Failure[] {
  if (failures.length < 2) return failures;
  const group = failure(path, '', failures);
  return [{ ...group, text: `${group.count} schema violations found` }];
}

/** A failure and its causes, a line each; at most `maxLines` lines and about `maxCharacters` characters. */
export function failureLines(failures: readonly Failure[], maxLines: number, maxCharacters: number): readonly string[] {
  const lines: string[] = [];
  let characters = 0;
  const open = failures.toReversed();
  for (let next = open.pop(); next; next = open.pop()) {
    if (lines.length >= maxLines || characters >= maxCharacters) return [...lines, '…'];
    const line = `${next.path}: ${next.text}`;
    lines.push(line);
    characters += line.length;
    open.push(...next.causes.toReversed());
  }
  return lines;
}
