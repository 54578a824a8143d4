/** Client of the Connect API (contract/connect-api/). */
import { exchange, type Exchange } from './http.ts';

export interface ConnectClient {
  /** Creates an `import_api` source; its `name` is the schema its tables land in. */
  createImportSource(displayName: string): Promise<{ id: number; name: string }>;
  /** Creates an import token, shown only in this reply. */
  createToken(sourceId: number): Promise<{ id: number; access_token: string }>;
}

/** A client that acts with one API access key. Methods throw `ApiError`. */
export function createConnectClient({ baseUrl, apiKey }: { baseUrl: URL; apiKey: string }): ConnectClient {
  const call = (method: Exchange['method'], path: string, body?: unknown): Promise<unknown> =>
    exchange({ baseUrl, token: apiKey, method, path, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return {
    async createImportSource(displayName) {
      const { id, name } = toObject(await call('POST', '/v4/sources', { type: 'import_api', display_name: displayName }));
      if (typeof id !== 'number' || typeof name !== 'string') throw new TypeError('The server sent no source.');
      return { id, name };
    },
    async createToken(sourceId) {
      const { id, access_token: token } = toObject(await call('POST', `/v4/sources/${sourceId}/tokens`));
      if (typeof id !== 'number' || typeof token !== 'string') throw new TypeError('The server sent no token.');
      return { id, access_token: token };
    },
  };
}

function toObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
