import { parseCron } from './cron.ts';

/** When a source is due (connect-api.md §5.7). */
export type Schedule =
  | {
      readonly type: 'interval';
      readonly minutes: number;
      /** Runs are at this time and whole intervals from it. */ readonly anchor?: number;
    }
  | { readonly type: 'cron'; readonly expression: string };

/** Below this interval an anchor has no effect. */
const minutesWithAnchor = 60;
const minuteMs = 60_000;

/** The schedule among a source's stored properties; cron wins over the interval. Undefined where nothing is scheduled. */
export function readSchedule(properties: Readonly<Record<string, unknown>>): Schedule | undefined {
  const { cron_expression: expression, frequency_in_minutes: frequency, anchor_time: anchor } = properties;
  if (typeof expression === 'string') return { type: 'cron', expression };
  if (typeof frequency !== 'string') return undefined;
  const minutes = Number(frequency);
  if (typeof anchor !== 'string' || minutes < minutesWithAnchor) return { type: 'interval', minutes };
  return { type: 'interval', minutes, anchor: Date.parse(anchor) };
}

/**
 * The first slot later than `after`: what fell into a run that still lasted is passed over. Without an anchor slots count from the start of
 * the run before; a source that never ran is due at once. Undefined when a cron expression names no later time.
 */
export function nextFireTime(schedule: Schedule, { after, previousStart }: { after: number; previousStart?: number }): number | undefined {
  if (schedule.type === 'cron') return parseCron(schedule.expression).next(after);
  const origin = schedule.anchor ?? previousStart;
  if (origin === undefined) return after;
  const intervalMs = schedule.minutes * minuteMs;
  const slots = Math.floor((after - origin) / intervalMs) + 1;
  return origin + (schedule.anchor === undefined ? Math.max(slots, 1) : slots) * intervalMs;
}
