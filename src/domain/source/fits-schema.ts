type Schema = Readonly<Record<string, unknown>>;

const label = '[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?';
const formats: Readonly<Record<string, RegExp>> = {
  hostname: new RegExp(`^(?=.{1,253}$)${label}(?:\\.${label})*$`),
  ipv4: /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/,
  'date-time': /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})?$/i,
};

/** Whether a value fits a schema of the catalogue of types, with the keywords those use. */
export function fitsSchema(schema: Schema, value: unknown): boolean {
  const { anyOf, type, pattern, format, items, properties, required } = schema as {
    anyOf?: readonly Schema[];
    type?: string;
    pattern?: string;
    format?: string;
    items?: Schema;
    properties?: Readonly<Record<string, Schema>>;
    required?: readonly string[];
  };
  if (anyOf !== undefined) return anyOf.some((each) => fitsSchema(each, value));
  if (type === 'integer') return Number.isSafeInteger(value);
  if (type === 'array') return Array.isArray(value) && value.every((each) => items === undefined || fitsSchema(items, each));
  if (type === 'object') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const object = value as Readonly<Record<string, unknown>>;
    return (
      (required ?? []).every((name) => Object.hasOwn(object, name)) &&
      Object.entries(properties ?? {}).every(([name, each]) => !Object.hasOwn(object, name) || fitsSchema(each, object[name]))
    );
  }
  if (typeof value !== 'string') return false;
  return (pattern === undefined || new RegExp(pattern, 'u').test(value)) && (format === undefined || formats[format]?.test(value) === true);
}
