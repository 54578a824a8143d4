/** What reading one body comes to. */
export interface DecodedBatch {
  readonly table: string;
  readonly records: number;
  /** In `src/batch` encoding; maybe part of a block it shares with others. */
  readonly payload: Uint8Array<ArrayBuffer>;
}

export interface Refusal {
  readonly ok: false;
  readonly status: 400 | 401 | 403 | 422;
  readonly body: Readonly<Record<string, unknown>>;
}

export type Decoded = { readonly ok: true; readonly records: number; readonly batches: readonly DecodedBatch[] } | Refusal;

export interface DecodeRequest {
  readonly endpoint: 'push' | 'batch' | 'validate' | 'webhook';
  readonly accountId: number;
  /** JSON when absent; a batch is always JSON, a form always a webhook. */
  readonly format?: 'json' | 'transit' | 'form';
  /** Of a webhook: the field that is its key, and its step of the clock. */
  readonly webhook?: { readonly keyName: string | undefined; readonly sequence: number } | undefined;
  /** Inflated, not yet known to be UTF-8. */
  readonly body: Uint8Array<ArrayBuffer>;
}
