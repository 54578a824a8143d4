/** Rows per day as bars; the same numbers as a table for those who cannot see them. */
import { Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { formatCount } from './counts.ts';
import { DailyTable, type Day } from './daily-table.tsx';
import classes from './daily-bars.module.css';

const height = 150;
/** Where a bar begins, and the room of the highest. */
const base = 126;
const room = 112;
const gutter = 48;
/** Pixels the words of one day need. */
const labelWidth = 54;

export function DailyBars({ days, label }: { days: readonly Day[]; label: string }): ReactNode {
  const { ref, width: measured } = useElementSize();
  const width = Math.max(240, measured);
  const most = niceCeiling(Math.max(1, ...days.map(({ rows }) => rows)));
  const step = (width - gutter) / Math.max(1, days.length);
  const every = [1, 2, 7, 14, 28].find((count) => count * step >= labelWidth) ?? 28;
  const heightOf = (rows: number): number => (rows === 0 ? 0 : Math.max(2, (rows / most) * room));
  return (
    <figure className={classes.figure}>
      <div ref={ref}>
        <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} className={classes.chart} aria-hidden="true">
          {[0, 0.5, 1].map((part) => {
            const y = base - part * room;
            return (
              <g key={part}>
                <line x1={gutter} x2={width} y1={y} y2={y} className={part === 0 ? classes.axis : classes.grid} />
                <text x={gutter - 8} y={y + 4} textAnchor="end" className={classes.text}>
                  {shortCount(most * part)}
                </text>
              </g>
            );
          })}
          {days.map(({ day, rows }, index) => {
            const x = gutter + index * step;
            const isLast = index === days.length - 1;
            return (
              <g key={day}>
                <rect
                  className={classes.bar}
                  x={x + step * 0.15}
                  width={step * 0.7}
                  y={base - heightOf(rows)}
                  height={heightOf(rows)}
                  rx={1.5}
                />
                <rect className={classes.hit} x={x} width={step} y={0} height={base}>
                  <title>{`${shortDay(day)}: ${formatCount(rows)} rows`}</title>
                </rect>
                {(days.length - 1 - index) % every === 0 && (
                  <text x={isLast ? width : x + step / 2} y={height - 6} textAnchor={isLast ? 'end' : 'middle'} className={classes.text}>
                    {shortDay(day)}
                  </text>
                )}
              </g>
            );
          })}
        </svg>
      </div>
      {days.every(({ rows }) => rows === 0) && (
        <Text size="sm" c="dimmed" className={classes.none}>
          No rows were loaded in these days.
        </Text>
      )}
      <DailyTable days={days} label={label} />
    </figure>
  );
}

/** A round number above, so that half of it can be read off the line. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= value) ?? 10;
  return Math.max(2, factor * power);
}

function shortCount(value: number): string {
  return new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}

function shortDay(day: string): string {
  return new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
}
