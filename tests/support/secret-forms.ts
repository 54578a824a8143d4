/** Every form a leaked credential could take: those of the whole, of it without its prefix, and of its 32 secret characters alone. */
export function secretForms(token: string): string[] {
  return [token, token.slice(3), token.slice(15, 47)].flatMap(textForms);
}

/** A secret text raw, URL-encoded, hex, and base64 at each of the three offsets it can have inside a longer text. */
function textForms(text: string): string[] {
  return [
    text,
    encodeURIComponent(text),
    Buffer.from(text).toString('hex'),
    ...[0, 1, 2].flatMap((shift) => {
      const encoded = Buffer.from('x'.repeat(shift) + text)
        .toString('base64')
        .slice(4, -6);
      return [encoded, encoded.replaceAll('+', '-').replaceAll('/', '_')];
    }),
  ];
}

/** The forms of the tokens that occur in the bytes. */
export function findSecrets(haystack: Uint8Array, tokens: readonly string[]): string[] {
  return findForms(haystack, tokens.flatMap(secretForms));
}

/** The forms of secrets of any other kind (links, passwords, cookies, codes) that occur in the bytes. */
export function findTexts(haystack: Uint8Array, texts: readonly string[]): string[] {
  return findForms(haystack, texts.flatMap(textForms));
}

function findForms(haystack: Uint8Array, forms: readonly string[]): string[] {
  const bytes = Buffer.from(haystack);
  return forms.filter((form) => bytes.includes(form));
}
