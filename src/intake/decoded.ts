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
  readonly endpoint: 'push' | 'batch' | 'validate';
  readonly accountId: number;
  /** JSON when absent; a batch is always JSON. */
  readonly format?: 'json' | 'transit';
  /** Inflated, not yet known to be UTF-8. */
  readonly body: Uint8Array<ArrayBuffer>;
}
