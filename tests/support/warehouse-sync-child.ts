/** Loads one window into a new warehouse and marks its end on stdout, for a trace: FILE. */
import { writeSync } from 'node:fs';
import { createDuckDbSink } from '../../src/sinks/duckdb/duckdb-sink.ts';
import { crashPlan } from './sink-crash-plans.ts';

const sink = createDuckDbSink({ file: process.argv[2] ?? '' });
await sink.load(crashPlan('keyed', 1));
writeSync(1, 'loaded\n');
await sink.close();
