import type { Migration } from '../migrate.ts';

/** What the owner sees of loading: one state per stream, one report per load. */
export const loading: Migration = {
  name: '0004-loading',
  async up(kit) {
    const { integer, text } = kit;
    await kit
      .table('stream_state')
      .addColumn('source_id', integer, (column) => column.notNull().references('connection_source.id'))
      .addColumn('table_name', text, (column) => column.notNull())
      .addColumn('acknowledged_position', integer, (column) => column.notNull())
      .addColumn('last_batch_loaded_at', integer)
      .addColumn('error_state', text)
      .addPrimaryKeyConstraint('stream_state_pk', ['source_id', 'table_name'])
      .execute();
    await kit
      .table('load_report')
      .addColumn('seq', integer, kit.counted)
      .addColumn('load_id', text, (column) => column.notNull().unique())
      .addColumn('source_id', integer, (column) => column.notNull().references('connection_source.id'))
      .addColumn('table_name', text, (column) => column.notNull())
      .addColumn('started_at', integer, (column) => column.notNull())
      .addColumn('finished_at', integer, (column) => column.notNull())
      .addColumn('loaded', text, (column) => column.notNull())
      .addColumn('received', integer, (column) => column.notNull())
      .addColumn('rejected', integer, (column) => column.notNull())
      .addColumn('replaced_surrogates', integer, (column) => column.notNull())
      .execute();
    await kit.schema.createIndex('load_report_source').on('load_report').columns(['source_id', 'seq']).execute();
  },
};
