import { findId, findText, type Invocation } from './command.ts';
import type { OperatorClient } from './operator-client.ts';

/** A reject as the operator's API shows it; `record` is JSON text. */
export interface Reject {
  readonly id: number;
  readonly table: string;
  readonly scope: string;
  readonly reason: string;
  readonly sequence: string;
  readonly state: string;
  readonly rejected_at: string;
  readonly record?: string;
}

export interface RejectPage {
  readonly rejects: readonly Reject[];
  /** What `after` is for the next page, null behind an empty one. */
  readonly next: number | null;
}

/** Reads one page for the flags `--source`, `--table` and `--state`. */
export async function readRejectPage(
  client: OperatorClient,
  invocation: Invocation,
  page: Readonly<Record<string, string | undefined>>,
): Promise<RejectPage> {
  const query = {
    source_id: findId(invocation, 'source')?.toString(),
    table: findText(invocation, 'table'),
    state: findText(invocation, 'state'),
    ...page,
  };
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const { rejects, next } = await client.call('GET', `/rejects?${new URLSearchParams(given).toString()}`);
  return { rejects: Array.isArray(rejects) ? rejects : [], next: typeof next === 'number' ? next : null };
}
