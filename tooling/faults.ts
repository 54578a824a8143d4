/** `npm run test:faults -- --rounds N [--seed N] [--postgres 15|18]`: the fault tests with as many rounds as asked. */
import { parseArgs } from 'node:util';
import { runTests } from './steps.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string' }, seed: { type: 'string' }, postgres: { type: 'string' } } });
if (values.rounds !== undefined) process.env['THIMBLE_FAULT_ROUNDS'] = values.rounds;
if (values.seed !== undefined) process.env['THIMBLE_FAULT_SEED'] = values.seed;
if (values.postgres !== undefined) process.env['THIMBLE_FAULT_POSTGRES'] = values.postgres;
const { passed, failed, skipped } = runTests('faults', ['--testTimeout=0']);
process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = failed === 0 ? 0 : 1;
