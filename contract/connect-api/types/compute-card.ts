import type { CardStep, ReportCard } from '../report-card.ts';

/** What decides how far the set-up of a connection is. */
export interface SetUp {
  /** Stored values by property name; of a credential only that it is there matters. Null is a value that was cleared. */
  readonly provided: Readonly<Record<string, unknown>>;
  /** Whether a discovery of its streams ever succeeded. */
  readonly discovered: boolean;
  /** Whether a stream is selected that has a field to replicate. */
  readonly selected: boolean;
}

export const nothingSetUp: SetUp = { provided: {}, discovered: false, selected: false };

/** The report card of a connection: its current step is the first that cannot be left yet (connect-api.md §6.2). */
export function computeCard(type: string, steps: readonly CardStep[], setUp: SetUp): ReportCard {
  const filled = steps.map((step) => ({
    ...step,
    properties: step.properties.map((property) => ({ ...property, provided: isProvided(setUp, property.name) })),
  }));
  const open = filled.findIndex((step) => !isDone(step, setUp));
  const current = open === -1 ? filled.length : open + 1;
  return { type, current_step: current, current_step_type: filled[current - 1]?.type ?? 'fully_configured', steps: filled };
}

function isDone({ type, properties }: CardStep, setUp: SetUp): boolean {
  if (type === 'fully_configured') return true;
  if (type === 'discover_schema') return setUp.discovered;
  if (type === 'field_selection') return setUp.selected;
  const tunnel = setUp.provided['ssh'] === 'true' ? ['ssh_host', 'ssh_port', 'ssh_user'] : [];
  return properties.every(({ name, is_required, provided }) => provided || !(is_required || tunnel.includes(name)));
}

function isProvided({ provided }: SetUp, name: string): boolean {
  return Object.hasOwn(provided, name) && provided[name] !== null;
}
