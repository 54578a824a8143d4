/** Counts the statements executed on any connection of a store. */
export interface StatementCounter {
  count: number;
}
