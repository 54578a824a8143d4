/** `npm run check`: format, lint, types, boundaries, dead code, documents, OpenAPI, unit tests. */
import { runStaticChecks, runTests } from './steps.ts';

const sound = runStaticChecks();
const { failed } = runTests('unit');
process.exitCode = sound.every(Boolean) && failed === 0 ? 0 : 1;
