/** Sinks without transactional DDL, made of sinks that have it (docs/decisions, ADR 15). */
import type { LoadPlan } from '../../src/sinks/sink.ts';
import type { SinkUnderTest, WaitingTarget } from './sink-fixture.ts';

/** Commits at each step of a plan, dies once between two of them, and is then given the same plan again: at every load. */
export function stepByStep(under: SinkUnderTest, random: () => number): SinkUnderTest {
  let last: Promise<unknown> = Promise.resolve();
  async function load(plan: LoadPlan, mayCommit?: () => void): ReturnType<SinkUnderTest['sink']['load']> {
    const done = Math.floor(random() * (plan.ddl.length + 1));
    await under.applyDdl(plan.schema, plan.ddl.slice(0, done), waitingTarget(plan));
    await under.applyDdl(plan.schema, plan.ddl, waitingTarget(plan));
    return under.sink.load(plan, mayCommit);
  }
  return {
    ...under,
    sink: {
      ...under.sink,
      ddlInTransaction: false,
      load(plan, mayCommit) {
        const next = last.then(() => load(plan, mayCommit));
        last = next.catch(() => undefined);
        return next;
      },
    },
  };
}

/** Where the steps of a plan work. */
export function waitingTarget({ version, ledger }: LoadPlan): WaitingTarget | undefined {
  return version === undefined ? undefined : { root: ledger.key.root, version };
}
