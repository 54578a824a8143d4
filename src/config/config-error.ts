/** A flag or variable has a value we cannot use. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
