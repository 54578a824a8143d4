/** An ISO 8601 date, or date and time, in the years 0 to 9999; without a zone it is UTC. Undefined for what is none. */
export function parseInstant(text: string): Date | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})(?:T([\d:.]+)(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, time = '00:00', zone = 'Z'] = parts;
  // A day that its month does not have would count on into the next one.
  if (new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() !== Number(day)) return undefined;
  const instant = new Date(`${year}-${month}-${day}T${time}${zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2').toUpperCase()}`);
  const inUtc = instant.getUTCFullYear();
  return Number.isNaN(inUtc) || inUtc < 0 || inUtc > 9999 ? undefined : instant;
}
