import type { Migration } from '../migrate.ts';

/** Load reports tell what was superseded, bookmarks and new versions; the state of a stream tells which versions wait (loading.md §7, §13). */
export const reports: Migration = {
  name: '0005-reports',
  async up({ schema, integer, text }) {
    const report = schema.alterTable('load_report');
    await report.addColumn('superseded', integer, (column) => column.notNull().defaultTo(0)).execute();
    await report.addColumn('bookmarks', text, (column) => column.notNull().defaultTo('{}')).execute();
    await report.addColumn('new_version', integer, (column) => column.notNull().defaultTo(0)).execute();
    const state = schema.alterTable('stream_state');
    await state.addColumn('active_version', text).execute();
    await state.addColumn('waiting', text, (column) => column.notNull().defaultTo('{}')).execute();
  },
};
