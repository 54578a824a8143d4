import { expect, it } from 'vitest';
import type { SourceRow } from '../../store/queries/source.ts';
import { describe as describeSource, type SourceFacts } from './describe.ts';

const now = Date.UTC(2031, 3, 2, 8, 59, 1);
const row: SourceRow = {
  id: 7,
  account_id: 1,
  type: 'platform.db2',
  name: 'shop',
  display_name: 'Shop',
  properties: JSON.stringify({ image_version: '1.latest', host: 'a', port: '1', user: 'u', frequency_in_minutes: '60' }),
  created_at: now,
  updated_at: now,
  deleted_at: null,
  paused_at: null,
  system_paused_at: null,
  created_by_credential: null,
  destination_id: 3,
  destination_binding: 0,
  last_received_at: null,
};
const facts: SourceFacts = {
  secrets: ['password'],
  check: undefined,
  streams: { discovered: true, selected: true },
  previousStart: undefined,
};

it('has a next fire time once it is configured, counted from the run before', () => {
  const previousStart = now - 600_000;
  expect(describeSource(row, { ...facts, previousStart }, now).schedule).toEqual({
    by: { type: 'interval', minutes: 60 },
    nextFireAt: previousStart + 3_600_000,
  });
});

it('14.6: has no schedule while paused, deleted, without a destination or not set up', () => {
  const schedule = (change: Partial<SourceRow>, more: Partial<SourceFacts> = {}): unknown =>
    describeSource({ ...row, ...change }, { ...facts, ...more }, now).schedule;
  expect(schedule({})).toBeDefined();
  expect(schedule({ paused_at: '2031-04-02T08:59:01Z' })).toBeUndefined();
  expect(schedule({ system_paused_at: '2031-04-02T08:59:01Z' })).toBeUndefined();
  expect(schedule({ deleted_at: now })).toBeUndefined();
  expect(schedule({ destination_id: null })).toBeUndefined();
  expect(schedule({}, { streams: { discovered: true, selected: false } })).toBeUndefined();
  expect(schedule({}, { secrets: [] })).toBeUndefined();
  expect(schedule({ type: 'import_api', properties: '{}' }, { secrets: [] })).toBeUndefined();
});

it('14.8: a later failure does not undo a discovery', () => {
  const failed = { name: '1.7.check.x', completed_at: now, error_message: 'refused' };
  expect(describeSource(row, { ...facts, check: failed }, now).card.current_step_type).toBe('fully_configured');
  const first = { ...facts, check: failed, streams: { discovered: false, selected: false } };
  expect(describeSource(row, first, now).card.current_step_type).toBe('discover_schema');
});
