import type { Schema } from './api-document.ts';

/** A JSON Schema as people read types: objects in braces, alternatives after bars, optional properties with a question mark. */
export function writeSchema(schema: Schema, indent = ''): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return [...new Set(alternatives.map((one) => writeSchema(one, indent)))].join(' | ');
  if (schema.allOf !== undefined) return schema.allOf.map((one) => writeSchema(one, indent)).join(' & ');
  const { type } = schema;
  if (typeof type === 'object') return type.map((one) => writeSchema({ ...schema, type: one }, indent)).join(' | ');
  if (type === 'array') return writeArray(schema.items ?? {}, indent);
  if (type === 'object') return writeObject(schema, indent);
  if (type === undefined) return 'any';
  return schema.format === undefined ? type : `${type} (${schema.format})`;
}

function writeArray(items: Schema, indent: string): string {
  const item = writeSchema(items, indent);
  return item.includes(' | ') && !item.startsWith('{') ? `(${item})[]` : `${item}[]`;
}

function writeObject({ properties = {}, required = [], additionalProperties }: Schema, indent: string): string {
  const inner = `${indent}  `;
  const lines = Object.entries(properties).map(
    ([name, property]) => `${inner}${name}${required.includes(name) ? '' : '?'}: ${writeSchema(property, inner)}`,
  );
  if (typeof additionalProperties === 'object') lines.push(`${inner}[name]: ${writeSchema(additionalProperties, inner)}`);
  else if (additionalProperties !== false) lines.push(`${inner}…`);
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`;
}
