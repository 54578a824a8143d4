/** The least a durable buffer can do: one preallocated file, written round and round, one fdatasync for all that waits. */
import { open } from 'node:fs/promises';

export interface GroupLog {
  /** Resolves when the bytes are on disk. */
  append(bytes: Buffer): Promise<void>;
}

export async function createGroupLog(path: string, fileBytes: number): Promise<GroupLog> {
  const file = await open(path, 'w+');
  const zeros = Buffer.alloc(2 ** 20);
  for (let at = 0; at < fileBytes; at += zeros.length) await file.write(zeros, 0, zeros.length, at);
  await file.sync();
  let waiting: { bytes: Buffer; resolve: () => void }[] = [];
  let at = 0;
  let busy = false;

  async function flush(): Promise<void> {
    busy = true;
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      const bytes = group.reduce((sum, each) => sum + each.bytes.length, 0);
      if (at + bytes > fileBytes) at = 0;
      await file.writev(
        group.map((each) => each.bytes),
        at,
      );
      await file.datasync();
      at += bytes;
      for (const { resolve } of group) resolve();
    }
    busy = false;
  }

  return {
    append: (bytes) =>
      new Promise((resolve) => {
        waiting.push({ bytes, resolve });
        if (!busy) void flush();
      }),
  };
}
