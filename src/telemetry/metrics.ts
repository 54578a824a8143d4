import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the parts count; nothing in here is labelled by account, source or credential. */
export interface Metrics {
  readonly registry: Registry;
  /** One answered request. `surface` is `import`, `connect` or `operator`. */
  readonly countRequest: (surface: string, status: number, seconds: number) => void;
  readonly countAccepted: (records: number, bytes: number) => void;
  countLoad(outcome: 'loaded' | 'failed', counts: { rows: number; rejected: number }): void;
  /** A value read when the metrics are asked for. */
  observe(name: string, help: string, read: () => number): void;
}

/** Creates the Prometheus registry with the process's own figures. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'thimble_http_request_seconds',
    help: 'Time to answer a request.',
    labelNames: ['surface', 'status'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  });
  const records = new Counter({ name: 'thimble_accepted_records_total', help: 'Records stored in the buffer.', registers });
  const bytes = new Counter({ name: 'thimble_accepted_bytes_total', help: 'Inflated bytes of accepted requests.', registers });
  const loads = new Counter({ name: 'thimble_loads_total', help: 'Loads by outcome.', labelNames: ['outcome'], registers });
  const rows = new Counter({ name: 'thimble_loaded_rows_total', help: 'Rows written to destinations, subtables included.', registers });
  const rejected = new Counter({ name: 'thimble_rejected_records_total', help: 'Records set aside in _sdc_rejected.', registers });
  return {
    registry,
    countRequest(surface, status, seconds) {
      requests.observe({ surface, status }, seconds);
    },
    countAccepted(recordCount, byteCount) {
      records.inc(recordCount);
      bytes.inc(byteCount);
    },
    countLoad(outcome, counts) {
      loads.inc({ outcome });
      rows.inc(counts.rows);
      rejected.inc(counts.rejected);
    },
    observe(name, help, read) {
      const gauge = new Gauge({
        name,
        help,
        registers: [],
        collect() {
          this.set(read());
        },
      });
      registry.registerMetric(gauge);
    },
  };
}
