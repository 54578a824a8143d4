/** An id from path digits. Beyond 2^53 there are no ids: 0, which nothing has, stands for all of those. */
export function parseId(digits: string | undefined): number {
  const id = Number(digits);
  return Number.isSafeInteger(id) ? id : 0;
}
