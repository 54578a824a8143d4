/** Moves a data directory to a database and kills itself right after a step: DATA_DIRECTORY DATABASE_URL STEP. */
import { moveToPostgres } from '../../src/move.ts';

const [dataDirectory = '', databaseUrl = '', last] = process.argv.slice(2);
let steps = 0;
await moveToPostgres({
  dataDirectory,
  databaseUrl,
  progress: () => {
    steps += 1;
    if (steps === Number(last)) process.kill(process.pid, 'SIGKILL');
  },
});
