/** Milliseconds since the epoch as the Account API writes instants. */
export function instant(ms: number): string {
  return new Date(ms).toISOString();
}

/** The same where there may be none. */
export function instantOrNull(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined ? null : instant(ms);
}

/** An instant of a body in milliseconds since the epoch. */
export function parseInstant(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}
