import { beforeEach, describe, expect, it } from 'vitest';
import type { StreamBacklog } from '../buffer/buffer.ts';
import type { Route, Schedule, Turn } from './schedule.ts';
import { createSchedule } from './schedule.ts';

let backlog: StreamBacklog[];
let clockMs: number;

beforeEach(() => {
  backlog = [];
  clockMs = 1_000_000;
});

/** Source 211 is the account's 2, its destination 21; a destination of an odd account is a server. */
function routeOf(sourceId: number): Route {
  const accountId = Math.floor(sourceId / 100);
  const id = Math.floor(sourceId / 10);
  const connection = { host: 'h', port: 1, database: 'd', user: 'u', password: 'p', tls: 'disable' } as const;
  const destination =
    accountId % 2 === 1 ? ({ id, kind: 'postgres', connection } as const) : ({ id, kind: 'duckdb', file: `/${id}` } as const);
  return { accountId, sourceId, schema: 's', binding: 0, destination };
}

function pend(sourceId: number, table = 't'): void {
  backlog.push({ sourceId, table, batches: 1, bytes: 1, claimed: false } as StreamBacklog);
}

function create(concurrency = 2): Schedule {
  const schedule = createSchedule({
    buffer: { backlog: () => backlog },
    findRoute: routeOf,
    clock: () => clockMs,
    onMissingRoute: () => undefined,
    concurrency,
    lingerMs: 200,
    lingerBytes: 1000,
  });
  return schedule;
}

/** Sources whose turn it is until no slot is left, in order. */
function startAll(schedule: Schedule, urgent = true): Turn[] {
  const turns: Turn[] = [];
  for (let turn = schedule.next(urgent); turn !== undefined; turn = schedule.next(urgent)) turns.push(turn);
  return turns;
}

const sourcesOf = (turns: readonly Turn[]): number[] => turns.map(({ stream }) => stream.sourceId);

/** Ends a turn as the loader does, with what it was for taken away or left. */
function end(schedule: Schedule, turn: Turn, outcome: 'loaded' | 'connection_lost' | 'transient'): void {
  if (outcome === 'loaded') {
    backlog = backlog.filter(({ sourceId, table }) => sourceId !== turn.stream.sourceId || table !== turn.stream.table);
    schedule.succeeded(turn.stream, turn.route);
  } else schedule.failed(turn.stream, turn.route, outcome);
  schedule.finished(turn.stream);
}

function startOne(schedule: Schedule): Turn {
  const turn = schedule.next(true);
  if (turn === undefined) throw new Error('nothing may start');
  return turn;
}

describe('the slots', () => {
  it('are one per account while another has something to load', () => {
    const schedule = create();
    for (const sourceId of [111, 121, 131, 211]) pend(sourceId);
    const turns = startAll(schedule);
    expect(sourcesOf(turns)).toEqual([111, 211]);
    expect(schedule.waitMs()).toBeGreaterThan(10_000);
    for (const turn of turns) end(schedule, turn, 'loaded');
    expect(sourcesOf(startAll(schedule))).toEqual([121, 131]);
  });

  it('wait for another account whose data is about to be ripe, and not for one that is held back', () => {
    const schedule = create();
    for (const sourceId of [211, 221]) pend(sourceId);
    pend(411);
    schedule.appended([{ sourceId: 411, table: 't' }]);
    expect(sourcesOf(startAll(schedule, false))).toEqual([211]);
    expect(schedule.waitMs()).toBe(200);
    clockMs += 200;
    const [other] = startAll(schedule, false);
    expect(other?.stream.sourceId).toBe(411);
    if (other !== undefined) end(schedule, other, 'transient');
    expect(sourcesOf(startAll(schedule, false))).toEqual([221]);
  });

  it('go round the accounts, however many sources each has', () => {
    const schedule = create(1);
    for (const sourceId of [211, 212, 213, 411]) for (const table of ['a', 'b']) pend(sourceId, table);
    const order: number[] = [];
    for (let turn = schedule.next(true); turn !== undefined; turn = schedule.next(true)) {
      order.push(turn.stream.sourceId);
      end(schedule, turn, 'loaded');
    }
    expect(order).toEqual([211, 411, 212, 411, 213, 211, 212, 213]);
  });

  it('are given away by loads that wait long for their servers, up to twice as many', () => {
    const schedule = create();
    for (const sourceId of [111, 311, 511, 711, 911]) pend(sourceId);
    expect(startAll(schedule)).toHaveLength(2);
    expect(schedule.waitMs()).toBe(30_000);
    clockMs += 30_000;
    expect(sourcesOf(startAll(schedule))).toEqual([511, 711]);
    clockMs += 30_000;
    expect(startAll(schedule)).toEqual([]);
    expect(schedule.waitMs()).toBe(60_000);
  });

  it('are kept by loads into an embedded warehouse, which wait for nobody', () => {
    const schedule = create();
    for (const sourceId of [211, 411, 611]) pend(sourceId);
    expect(startAll(schedule)).toHaveLength(2);
    clockMs += 600_000;
    expect(startAll(schedule)).toEqual([]);
  });
});

describe('a destination whose connection was lost', () => {
  it('backs off with all of its sources and tables, longer each time, until something loads', () => {
    const schedule = create();
    pend(111, 'a');
    pend(111, 'b');
    pend(112);
    for (const waitMs of [250, 500, 1000]) {
      end(schedule, startOne(schedule), 'connection_lost');
      expect([schedule.next(true), schedule.hasLoadable(), schedule.waitMs()]).toEqual([undefined, false, waitMs]);
      clockMs += waitMs;
    }
    const recovered = startOne(schedule);
    expect(recovered.suspect).toBe(true);
    end(schedule, recovered, 'loaded');
    expect(startOne(schedule).suspect).toBe(false);
  });

  it('holds up no other destination, not even of its account', () => {
    const schedule = create();
    for (const sourceId of [111, 112, 121]) pend(sourceId);
    end(schedule, startOne(schedule), 'connection_lost');
    expect(sourcesOf(startAll(schedule))).toEqual([121]);
  });

  it('leaves a slot to the others, however many are lost', () => {
    const schedule = create();
    for (const sourceId of [111, 311, 511]) pend(sourceId);
    for (let lost = 0; lost < 3; lost += 1) end(schedule, startOne(schedule), 'connection_lost');
    clockMs += 60_000;
    expect(startAll(schedule)).toMatchObject([{ suspect: true }]);
    pend(211);
    expect(sourcesOf(startAll(schedule))).toEqual([211]);
  });
});
