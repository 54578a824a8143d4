/** The only reader of process.env. Empty values count as absent. */
export function readEnv(name: `THIMBLE_${string}` | 'DATABASE_URL'): string | undefined {
  const value = process.env[name];
  return value === undefined || value === '' ? undefined : value;
}
