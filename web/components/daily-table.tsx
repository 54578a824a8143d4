import { VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatCount } from './counts.ts';

export interface Day {
  /** `2026-11-21`. */
  readonly day: string;
  readonly rows: number;
}

/** What a chart shows, to be read out. */
export function DailyTable({ days, label }: { days: readonly Day[]; label: string }): ReactNode {
  return (
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
  );
}
