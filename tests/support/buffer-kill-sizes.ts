/** Payload bytes of append number `number`: mostly small, now and then large. The kept table is light, so that its files are rewritten. */
export function killSizes(table: string, number: number): number {
  const size = number % 37 === 0 ? 150_000 : (number * 7919) % 4_000;
  return table === 'kept' ? Math.floor(size / 20) : size;
}
