/**
 * Every form a leaked credential could take: whole, without its prefix, its 32 secret characters alone;
 * raw, URL-encoded, hex, and base64 at each of the three offsets it can have inside a longer text.
 */
export function secretForms(token: string): string[] {
  const parts = [token, token.slice(3), token.slice(15, 47)];
  return parts.flatMap((part) => [
    part,
    encodeURIComponent(part),
    Buffer.from(part).toString('hex'),
    ...[0, 1, 2].flatMap((shift) => {
      const encoded = Buffer.from('x'.repeat(shift) + part)
        .toString('base64')
        .slice(4, -6);
      return [encoded, encoded.replaceAll('+', '-').replaceAll('/', '_')];
    }),
  ]);
}

/** The forms of the tokens that occur in the bytes. */
export function findSecrets(haystack: Uint8Array, tokens: readonly string[]): string[] {
  const bytes = Buffer.from(haystack);
  return tokens.flatMap(secretForms).filter((form) => bytes.includes(form));
}
