/** The largest body the Import API takes: a batch of as many records as it may have, seeded, plain and compressed. */
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { maxBodyBytes } from '../contract/import-api.ts';
import { maxRecords } from '../contract/import-limits.ts';
import { createRandom } from '../tests/support/random.ts';
import { generateRows, messageText, schema, takeRows } from './records.ts';

export const largeTable = 'documents';
export const largeRecords = maxRecords;

const words = 'spring season order paid north harbour quiet letter amount seven window river early glass second paper station'.split(' ');

export interface LargeBody {
  readonly file: string;
  readonly encoding: 'identity' | 'gzip';
  readonly bytes: number;
}

/** Writes one body of almost `maxBodyBytes` twice. Its table has no keys, so that every record accepted is a row. */
export function writeLargeBodies(directory: string): readonly [plain: LargeBody, compressed: LargeBody] {
  const body = Buffer.from(largeBody());
  const write = (name: string, bytes: Buffer, encoding: LargeBody['encoding']): LargeBody => {
    const file = `${directory}/${name}`;
    writeFileSync(file, bytes);
    return { file, encoding, bytes: bytes.byteLength };
  };
  return [write('large.json', body, 'identity'), write('large.json.gz', gzipSync(body), 'gzip')];
}

function largeBody(): string {
  const properties = { ...schema.properties, text: { type: 'string' } };
  const head = `{"table_name":"${largeTable}","schema":${JSON.stringify({ ...schema, properties })},"messages":[`;
  const messageBytes = Math.floor((maxBodyBytes - head.length - 2) / largeRecords) - 1;
  const text = createTextSource(2);
  const messages = takeRows(generateRows(2), largeRecords).map((row) => {
    const bare = `{${messageText({ ...row, members: `${row.members},"text":""` })}}`;
    return bare.replace('"text":""', `"text":"${text(messageBytes - Buffer.byteLength(bare))}"`);
  });
  return `${head}${messages.join(',')}]}`;
}

function createTextSource(seed: number): (length: number) => string {
  const random = createRandom(seed);
  return (length) => {
    let text = '';
    while (text.length < length) text += `${words[Math.floor(random() * words.length)]} ${Math.floor(random() * 1000)} `;
    return text.slice(0, length);
  };
}
