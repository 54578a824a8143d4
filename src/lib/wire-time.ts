/** Milliseconds since the epoch as `YYYY-MM-DDTHH:MM:SSZ`, the only form clients of the Connect API parse (connect-api.md §1.3). */
export function wireTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
