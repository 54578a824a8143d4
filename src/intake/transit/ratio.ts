/** Digits of a numerator or denominator; bounds the arithmetic. */
export const maxRatioDigits = 100;

/** The value of a ratio: a decimal when it terminates, otherwise the text of the nearest double. `denominator` is not zero. */
export function ratioValue(numerator: bigint, denominator: bigint): { readonly exact: boolean; readonly text: string } {
  const [above, below] = denominator < 0n ? [-numerator, -denominator] : [numerator, denominator];
  // A terminating fraction has at most log2(below) decimal places.
  const places = below.toString(2).length;
  const scaled = above * 10n ** BigInt(places);
  if (scaled % below === 0n) return { exact: true, text: decimalText(scaled / below, places) };
  // 40 digits round as all of them would, but for a tie that no quotient of this size is that near to.
  const digits = 40 + below.toString().length;
  return { exact: false, text: String(Number(`${(above * 10n ** BigInt(digits)) / below}e-${digits}`)) };
}

function decimalText(scaled: bigint, places: number): string {
  const sign = scaled < 0n ? '-' : '';
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return `${sign}${digits.slice(0, -places)}${fraction === '' ? '' : `.${fraction}`}`;
}
