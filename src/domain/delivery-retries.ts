/** Growing, five (connect-api.md §10.4). */
export const retryDelaysMs: readonly number[] = [10_000, 30_000, 120_000, 600_000, 1_800_000];
