/** Bodies of requests as documents show them, by operation. */
export const requestExamples: Readonly<Record<string, readonly unknown[]>> = {
  createSource: [
    { type: 'import_api', display_name: 'Coffee Bar' },
    {
      type: 'platform.hubspot',
      display_name: 'Marketing',
      properties: { start_date: '2026-01-01T00:00:00Z', frequency_in_minutes: '60' },
    },
  ],
  updateSource: [{ display_name: 'Tea Bar' }, { paused_at: '2026-11-01T00:00:00Z' }, { paused_at: null }],
  writeStreamMetadata: [
    {
      streams: [
        {
          tap_stream_id: 'shop-public-orders',
          metadata: [{ breadcrumb: [], metadata: { selected: true, 'replication-method': 'FULL_TABLE' } }],
        },
      ],
    },
  ],
  createDestination: [
    {
      type: 'postgres',
      name: 'Warehouse',
      properties: {
        host: 'db.example.com',
        port: '5432',
        database: 'analytics',
        username: 'loader',
        password: 'not-a-secret',
        ssl: 'true',
        encryption_type: 'none',
      },
    },
  ],
  updateDestination: [{ name: 'Warehouse of the year', description: 'Read by finance.' }],
  startJob: [{}],
};
