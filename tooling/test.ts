/** `npm test`: everything. A failed check step counts as one failed test in the closing line. */
import { addCounts, runStaticChecks, runTests } from './steps.ts';

const checks = runStaticChecks();
const { passed, failed, skipped } = addCounts([
  ...checks.map((ok) => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 })),
  runTests('unit'),
  runTests('flows'),
  runTests('e2e'),
  runTests('clients'),
  runTests('faults'),
]);
process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = failed === 0 && (skipped === 0 || process.env['CI'] === undefined) ? 0 : 1;
