/**
 * `npm run bench [-- --json] [--quick] [--only PART] [--records N] [--seconds N]`: figures of this machine, those of speed beside a floor
 * measured in the same run. PART: ingest, single, end-to-end, postgres, growth (up to 5 N records, only when asked for), large-bodies, verify.
 */
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { measureEndToEnd } from './end-to-end.ts';
import { measureLargeBodies } from './large-bodies.ts';
import { measureGrowth } from './growth.ts';
import { measureIngest, type IngestMeasure } from './ingest.ts';
import { measurePostgres } from './postgres.ts';
import { measureVerify } from './verify.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    /** A look at the figures, not a measurement. */
    quick: { type: 'boolean', default: false },
    records: { type: 'string' },
    /** Of large bodies. */
    seconds: { type: 'string' },
    only: { type: 'string' },
  },
});
const measureMs = values.quick ? 3000 : 10_000;
const records = Number(values.records ?? (values.quick ? 200_000 : 1_000_000));
const seconds = Number(values.seconds ?? (values.quick ? 6 : 20));
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

// Minutes of its own: only when it is asked for.
const growth = values.only === 'growth' ? await measureGrowth(records) : undefined;
if (growth !== undefined) {
  for (const point of growth.points) {
    print(`growth, after ${point.records} records: peak ${point.peak_rss_mb} MB, ${point.rows_per_s} rows/s`);
  }
  print(`  peak of memory grown by ${growth.growth_percent} %`);
}

const largeBodies = wanted('large-bodies') ? await measureLargeBodies(seconds) : undefined;
for (const phase of largeBodies?.phases ?? []) {
  print(
    `20 MB bodies (${phase.encoding}, ${largeBodies?.connections} connections): ${phase.accepted} accepted, ${phase.refused} told to come back, ` +
      `p50 ${phase.p50_ms} ms; small requests meanwhile: p50 ${phase.small_p50_ms} ms, p99 ${phase.small_p99_ms} ms; peak ${phase.peak_rss_mb} MB`,
  );
}
if (largeBodies !== undefined) print(`  all ${largeBodies.records} records loaded; peak ${largeBodies.peak_rss_mb} MB`);

const verify = wanted('verify') ? await measureVerify() : undefined;
if (verify !== undefined) {
  print(
    `verify: p50 ${verify.p50_us.toFixed(2)} µs, p99 ${verify.p99_us.toFixed(2)} µs, ${Math.round(verify.per_s)}/s ` +
      `(floor, a bare HMAC: ${Math.round(verify.floor_per_s)}/s)`,
  );
}
if (values.json)
  process.stdout.write(
    `${JSON.stringify({ ingest, end_to_end: endToEnd, postgres, growth, large_bodies: largeBodies, verify, machine })}\n`,
  );

function share(rate: number, floor: number): string {
  return `${((100 * rate) / floor).toFixed(0)} % of it`;
}
