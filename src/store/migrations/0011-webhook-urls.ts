import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** Webhook URLs are import tokens that travel in the path of a URL: the slots of a source are the same two. */
export const webhookUrls: Migration = {
  name: '0011-webhook-urls',
  async up(kit) {
    await kit.schema
      .alterTable('credential')
      .addColumn('in_url', kit.integer, (column) =>
        column
          .notNull()
          .defaultTo(0)
          .check(sql`in_url = 0 or (in_url = 1 and kind = 'import_token')`),
      )
      .execute();
  },
};
