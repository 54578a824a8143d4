/** `npm run bench [-- --json] [--quick]`: figures of this machine, each beside a floor measured in the same run. */
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { measureEndToEnd } from './end-to-end.ts';
import { measureIngest, type IngestMeasure } from './ingest.ts';
import { measurePostgres } from './postgres.ts';
import { measureVerify } from './verify.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    /** A look at the figures, not a measurement. */
    quick: { type: 'boolean', default: false },
    records: { type: 'string' },
    only: { type: 'string' },
  },
});
const measureMs = values.quick ? 3000 : 10_000;
const records = Number(values.records ?? (values.quick ? 200_000 : 1_000_000));
const loads = [
  { recordsPerRequest: 1, connections: 64 },
  { recordsPerRequest: 100, connections: 16 },
  { recordsPerRequest: 1000, connections: 8 },
];
const wanted = (part: string): boolean => values.only === undefined || values.only === part;
const print = (line: string): void => {
  if (!values.json) process.stdout.write(`${line}\n`);
};

const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memory_gb: Math.round(totalmem() / 2 ** 30),
  node: process.versions.node,
};
print(`${machine.cores} cores (${machine.cpu}), ${machine.memory_gb} GB, Node ${machine.node}; clients on the same machine\n`);

const ingest: IngestMeasure[] = [];
for (const load of wanted('ingest') ? loads : wanted('single') ? loads.slice(0, 1) : []) {
  const measured = await measureIngest({ ...load, measureMs });
  ingest.push(measured);
  const { records_per_s: rate, floor_records_per_s: floor } = measured;
  print(
    `ingest, ${load.recordsPerRequest} a request, ${load.connections} connections: ${rate} records/s, ` +
      `p50 ${measured.p50_ms} ms, p99 ${measured.p99_ms} ms (floor ${floor}/s, ${share(rate, floor)})`,
  );
}

const endToEnd = wanted('end-to-end') ? await measureEndToEnd(records) : undefined;
if (endToEnd !== undefined) {
  const { rows_per_s: rate, floor_rows_per_s: floor } = endToEnd;
  print(
    `end to end, ${records} records: ${rate} rows/s, peak ${endToEnd.peak_rss_mb} MB, ` +
      `${endToEnd.cpu_s_per_million} s of processor time a million (floor ${floor}/s, ${share(rate, floor)})`,
  );
}

const postgres = wanted('postgres') ? await measurePostgres(records) : undefined;
if (postgres !== undefined) {
  const { rows_per_s: rate, floor_rows_per_s: floor } = postgres;
  print(
    `PostgreSQL, ${records} records: ${rate} rows/s, peak ${postgres.peak_rss_mb} MB, ` +
      `${postgres.cpu_s_per_million} s of processor time a million (floor ${floor}/s, ${share(rate, floor)})`,
  );
}

const verify = wanted('verify') ? await measureVerify() : undefined;
if (verify !== undefined) {
  print(
    `verify: p50 ${verify.p50_us.toFixed(2)} µs, p99 ${verify.p99_us.toFixed(2)} µs, ${Math.round(verify.per_s)}/s ` +
      `(floor, a bare HMAC: ${Math.round(verify.floor_per_s)}/s)`,
  );
}
if (values.json) process.stdout.write(`${JSON.stringify({ ingest, end_to_end: endToEnd, postgres, verify, machine })}\n`);

function share(rate: number, floor: number): string {
  return `${((100 * rate) / floor).toFixed(0)} % of it`;
}
