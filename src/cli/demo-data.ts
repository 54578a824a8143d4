/** The demo's real data sets, from the npm package `vega-datasets` (sources and licences: its SOURCES.md). */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface DemoDataSet {
  readonly table: string;
  readonly about: string;
  readonly keyNames: readonly string[];
  /** Each record's JSON text as it stands in the file: `7.0` stays `7.0`. */
  readonly records: readonly string[];
}

/** Reads the three data sets. */
export function readDemoDataSets(): DemoDataSet[] {
  const folder = join(dirname(createRequire(import.meta.url).resolve('vega-datasets/package.json')), 'data');
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const quakes = read('earthquakes.json');
  return [
    { table: 'movies', about: 'mixed types, no key', keyNames: [], records: splitArray(read('movies.json'), 0) },
    { table: 'earthquakes', about: 'nested, keyed by id', keyNames: ['id'], records: splitArray(quakes, quakes.indexOf('"features"')) },
    { table: 'flights', about: 'many rows, no key', keyNames: [], records: splitArray(read('flights-200k.json'), 0) },
  ];
}

/** The texts of the objects in the first array at or after `from`. */
function splitArray(text: string, from: number): string[] {
  const records: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = text.indexOf('[', from) + 1; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at);
    else if (char === '{' || char === '[') {
      if (depth === 0) start = at;
      depth += 1;
    } else if (char === '}' || char === ']') {
      depth -= 1;
      if (depth < 0) break;
      if (depth === 0) records.push(text.slice(start, at + 1));
    }
  }
  return records;
}

function endOfString(text: string, open: number): number {
  let at = open + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
