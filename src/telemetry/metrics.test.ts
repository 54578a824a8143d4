import { expect, it } from 'vitest';
import { createMetrics } from './metrics.ts';

it('exposes counters and values read at the moment of asking', async () => {
  const metrics = createMetrics();
  let pending = 1;
  metrics.observe('thimble_buffer_pending_bytes', 'Bytes not yet loaded.', () => pending);
  metrics.countAccepted(3, 120);
  metrics.countLoad('loaded', { rows: 3, rejected: 1 });
  metrics.countRequest('import', 201, 0.004);
  pending = 42;
  const text = await metrics.registry.metrics();
  expect(text).toContain('thimble_buffer_pending_bytes 42');
  expect(text).toContain('thimble_accepted_records_total 3');
  expect(text).toContain('thimble_rejected_records_total 1');
  expect(text).toContain('thimble_http_request_seconds_count{surface="import",status="201"} 1');
});
