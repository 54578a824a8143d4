/** Client of the Import API (contract/import-api.ts). */
import { exchange } from './http.ts';

export interface ImportClient {
  /** Sends a batch envelope as JSON text; resolves once it is stored durably. Throws `ApiError`. */
  sendBatch(envelope: string): Promise<void>;
  /** Sends an array of push records as JSON text; resolves once they are stored durably. Throws `ApiError`. */
  sendPush(records: string): Promise<void>;
}

/** A client that writes with one import token. */
export function createImportClient({ baseUrl, token }: { baseUrl: URL; token: string }): ImportClient {
  const post = async (path: string, body: string): Promise<void> => {
    await exchange({ baseUrl, token, method: 'POST', path, body });
  };
  return {
    sendBatch: (envelope) => post('/v2/import/batch', envelope),
    sendPush: (records) => post('/v2/import/push', records),
  };
}
