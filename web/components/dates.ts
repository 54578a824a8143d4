/** How times are written: UTC for credentials, the viewer's own time for loads (web-app.md §13, 19). */

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sept', 'Oct', 'Nov', 'Dec'];
const longMonths = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const two = (value: number): string => String(value).padStart(2, '0');

/** `Mar 30, 2019 08:18 (UTC)`, as keys show it (web-app.md §2.1). */
export function formatKeyDate(iso: string): string {
  const date = new Date(iso);
  const day = `${months[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()}`;
  return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())} (UTC)`;
}

/** `February 12th, 2018 7:29pm (UTC)`, as import tokens show it (web-app.md §6.2). */
export function formatTokenDate(iso: string): string {
  const date = new Date(iso);
  const day = date.getUTCDate();
  const hour = date.getUTCHours();
  const time = `${hour % 12 === 0 ? 12 : hour % 12}:${two(date.getUTCMinutes())}${hour < 12 ? 'am' : 'pm'}`;
  return `${longMonths[date.getUTCMonth()]} ${day}${ordinal(day)}, ${date.getUTCFullYear()} ${time} (UTC)`;
}

function ordinal(day: number): string {
  if (day >= 11 && day <= 13) return 'th';
  return ({ 1: 'st', 2: 'nd', 3: 'rd' } as Record<number, string>)[day % 10] ?? 'th';
}

/** The viewer's own time. */
export function formatLocal(iso: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));
}

/** `4 minutes ago`. */
export function formatAgo(iso: string, now = Date.now()): string {
  const seconds = Math.round((new Date(iso).getTime() - now) / 1000);
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  const steps = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ] as const;
  // A server whose clock is ahead has seen nothing in the future.
  if (seconds > -10) return 'just now';
  for (const [unit, length] of steps) if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unit);
  return format.format(seconds, 'second');
}
