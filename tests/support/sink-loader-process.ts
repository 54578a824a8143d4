/** Child process that loads window after window until it is killed: `node sink-loader-process FILE`. Prints each position it has committed. */
import { createDuckDbSink } from '../../src/sinks/duckdb/duckdb-sink.ts';
import { crashPlan, crashStreams } from './sink-crash-plans.ts';

const sink = createDuckDbSink({ file: process.argv[2] ?? '' });
const loaded = { keyed: 0, appended: 0, versioned: 0 };
for (const stream of crashStreams) {
  loaded[stream] = (await sink.readLedger(crashPlan(stream, 1).ledger.key))?.position ?? 0;
}
for (;;) {
  for (const stream of crashStreams) {
    loaded[stream] += 1;
    await sink.load(crashPlan(stream, loaded[stream]));
    process.stdout.write(`${stream} ${loaded[stream]}\n`);
  }
}
