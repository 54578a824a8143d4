import { databaseTypes } from './databases.ts';
import type { SourceType } from './declare.ts';
import { fileTypes } from './files.ts';
import { mysqlTypes } from './mysql.ts';
import { postgresqlTypes } from './postgresql.ts';
import { pushTypes } from './push.ts';
import { saasTypes } from './saas.ts';
import { singerType } from './singer.ts';

/** Every source type this version offers. */
export const sourceCatalogue: readonly SourceType[] = [
  ...pushTypes,
  ...postgresqlTypes,
  ...mysqlTypes,
  ...databaseTypes,
  ...fileTypes,
  ...saasTypes,
  singerType,
];
