/** A key for one form: however often it is sent, it makes one thing. Works on plain HTTP too, where `randomUUID` does not exist. */
export function createIdempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
