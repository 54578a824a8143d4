/** Rows per day as bars; the same numbers as a table for those who cannot see them. */
import { Text, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatCount } from './counts.ts';
import classes from './daily-bars.module.css';

interface Day {
  /** `2026-11-21`. */
  readonly day: string;
  readonly rows: number;
}

const width = 720;
const height = 150;
const base = 126;
const gutter = 56;

export function DailyBars({ days, label }: { days: readonly Day[]; label: string }): ReactNode {
  const most = niceCeiling(Math.max(1, ...days.map(({ rows }) => rows)));
  const step = (width - gutter) / Math.max(1, days.length);
  const heightOf = (rows: number): number => (rows === 0 ? 0 : Math.max(2, (rows / most) * (base - 14)));
  return (
    <figure className={classes.figure}>
      <svg viewBox={`0 0 ${width} ${height}`} className={classes.chart} aria-hidden="true">
        {[0, 0.5, 1].map((part) => {
          const y = base - part * (base - 14);
          return (
            <g key={part}>
              <line x1={gutter} x2={width} y1={y} y2={y} className={part === 0 ? classes.axis : classes.grid} />
              <text x={gutter - 8} y={y + 4} textAnchor="end" className={classes.text}>
                {shortCount(most * part)}
              </text>
            </g>
          );
        })}
        {days.map(({ day, rows }, index) => (
          <g key={day}>
            <rect
              className={classes.bar}
              x={gutter + index * step + step * 0.15}
              width={step * 0.7}
              y={base - heightOf(rows)}
              height={heightOf(rows)}
              rx={1.5}
            />
            <rect className={classes.hit} x={gutter + index * step} width={step} y={0} height={base}>
              <title>{`${shortDay(day)}: ${formatCount(rows)} rows`}</title>
            </rect>
            {(days.length - 1 - index) % 7 === 0 && (
              <text
                x={gutter + (index + 0.5) * step}
                y={height - 6}
                textAnchor={index === days.length - 1 ? 'end' : 'middle'}
                className={classes.text}
              >
                {shortDay(day)}
              </text>
            )}
          </g>
        ))}
      </svg>
      {days.every(({ rows }) => rows === 0) && (
        <Text size="sm" c="dimmed" className={classes.none}>
          No rows were loaded in these days.
        </Text>
      )}
      <VisuallyHidden>
        <table>
          <caption>{label}</caption>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col">Rows</th>
            </tr>
          </thead>
          <tbody>
            {days.map(({ day, rows }) => (
              <tr key={day}>
                <th scope="row">{day}</th>
                <td>{formatCount(rows)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </VisuallyHidden>
    </figure>
  );
}

/** The next 1, 2 or 5 times a power of ten, so that half of it can be read off the line. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= value) ?? 10;
  return Math.max(2, factor * power);
}

function shortCount(value: number): string {
  return new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}

function shortDay(day: string): string {
  return new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
}
