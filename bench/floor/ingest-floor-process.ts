/** Floor of ingest: bare node:http that stores each body durably, unread. Prints its port; ends when its input ends. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createGroupLog } from './group-log.ts';

const [directory = '.'] = process.argv.slice(2);
const log = await createGroupLog(join(directory, 'floor.log'), 256 * 2 ** 20);

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    void log.append(Buffer.concat(chunks)).then(() => {
      response.writeHead(201, { 'content-type': 'application/json', 'content-length': 2 }).end('{}');
    });
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
process.stdin.on('end', () => process.exit(0)).resume();
