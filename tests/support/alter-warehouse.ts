/** Changes an embedded warehouse as its owner's tool would: in another process, once the server has let go of the file. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Runs statements on the only warehouse file of a data directory. */
export async function alterWarehouse(dataDirectory: string, statements: readonly string[]): Promise<void> {
  const folder = join(dataDirectory, 'warehouses');
  const [name] = readdirSync(folder).filter((file) => file.endsWith('.duckdb'));
  const script = `import { DuckDBInstance } from '@duckdb/node-api';
    import { setTimeout as delay } from 'node:timers/promises';
    const open = async (attempts) => {
      try {
        return await DuckDBInstance.create(${JSON.stringify(join(folder, String(name)))});
      } catch (error) {
        if (attempts === 0) throw error;
        await delay(100);
        return open(attempts - 1);
      }
    };
    const instance = await open(300);
    const connection = await instance.connect();
    for (const statement of ${JSON.stringify(statements)}) await connection.run(statement);
    connection.closeSync();
    instance.closeSync();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`The warehouse could not be changed: ${complaint}`);
}
