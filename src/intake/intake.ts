/** Bytes of an import request → encoded batches → the buffer. */

/** The outcome of reading one request body; every error is request-level (import-api.md §4.2). */
type IntakeResult =
  | { readonly ok: true; readonly records: number }
  | { readonly ok: false; readonly status: 400 | 401 | 403 | 422; readonly body: Readonly<Record<string, unknown>> };

export interface IntakeRequest {
  readonly accountId: number;
  readonly sourceId: number;
  readonly endpoint: 'push' | 'batch' | 'validate' | 'webhook';
  readonly format: 'json' | 'transit' | 'form';
  /** Of a webhook: the field that identifies its records. */
  readonly keyName?: string | undefined;
  /** The inflated body; ownership passes to intake. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
}

/** Right before the append the caller proves once more that the request may take effect; undefined: refused. */
export type Admit = () => { readonly deadline: number; done(): void } | undefined;

export interface Intake {
  /**
   * Reads, checks and (unless `validate`) stores a request durably. Resolves with `refused: true` when `admit` said no.
   * Rejects with the buffer's `BufferFullError` or `BufferUnavailableError`.
   */
  accept(request: IntakeRequest, admit: Admit): Promise<IntakeResult | { readonly refused: true }>;
  /** Ends the decoding threads. */
  close(): Promise<void>;
}
