import type { MisuseRecorder, Verifier } from '../../access/principal.ts';
import type { Intake } from '../../intake/intake.ts';
import type { ByteBudget } from '../byte-budget.ts';
import type { HealthProbe } from '../health.ts';
import type { HttpLog } from '../server.ts';
import type { UploadPace } from '../upload-watch.ts';

/** What storing rows takes, on whatever surface they come. */
export interface RowsOptions {
  readonly verifier: Verifier & MisuseRecorder;
  readonly intake: Intake;
  readonly budget: ByteBudget;
  /** Of an inflated body. */
  readonly maxBodyBytes: number;
  readonly log: HttpLog;
  /** Told of every stored request and its inflated bytes. */
  readonly countAccepted?: (records: number, bytes: number) => void;
  /** Told of the source of every stored request. */
  readonly noteReceived?: (sourceId: number) => void;
  readonly pace?: UploadPace;
}

export interface ImportApiOptions extends RowsOptions {
  readonly health: HealthProbe;
  /** Of the package. */
  readonly version: string;
  /** Of the source code the package was built from, or the version again. */
  readonly revision: string;
}
