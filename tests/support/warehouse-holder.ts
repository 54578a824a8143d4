/** Another process that has an embedded warehouse open, as an analyst's tool would. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface WarehouseHolder {
  readonly pid: number;
  /** Kills the process; the file is free again. */
  letGo(): Promise<void>;
}

/** Opens the only warehouse file of a data directory in another process. */
export async function holdWarehouse(dataDirectory: string): Promise<WarehouseHolder> {
  const folder = join(dataDirectory, 'warehouses');
  const [name] = readdirSync(folder).filter((file) => file.endsWith('.duckdb'));
  const script = `import { DuckDBInstance } from '@duckdb/node-api';
    const instance = await DuckDBInstance.create(${JSON.stringify(join(folder, String(name)))});
    await instance.connect();
    console.log('held');
    process.stdin.resume();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
  await once(child.stdout, 'data');
  return {
    pid: Number(child.pid),
    async letGo() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
