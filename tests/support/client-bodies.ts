/** One upsert of `{"id":1,…}` into the table `pets`, as each real client writes it (import-api.md §12.2), activated if versioned; other clients run in tests/clients. */

export interface ClientBody {
  readonly client: string;
  readonly path: '/v2/import/push' | '/v2/import/batch';
  readonly type: 'application/json' | 'application/transit+json';
  readonly body: string;
}

const push = { path: '/v2/import/push' } as const;
const batch = { path: '/v2/import/batch', type: 'application/json' } as const;
const transit = 'application/transit+json';

export function clientBodies(accountId: number): readonly ClientBody[] {
  const schema = '{"properties":{"id":{"type":"integer"},"name":{"type":"string"}}}';
  return [
    {
      ...push,
      client: '1 stitchclient',
      type: transit,
      body: `[["^ ","action","upsert","table_name","pets","key_names",["id"],"sequence","~i1795253001779869401","data",["^ ","id",1,"name","Rex","born_at","~m1565731503123","cost","~f3.10","tag","~~x"],"client_id",${accountId}]]`,
    },
    {
      ...push,
      client: '2 java-stitch-client',
      type: transit,
      body: `[["^ ","sequence",1565731503123,"key_names",["id"],"data",["^ ","id",1,"name","Rex"],"namespace",null,"action","upsert","table_version",0,"table_name","pets","client_id",${accountId}]]`,
    },
    {
      ...push,
      client: '3 clojure-stitch-client',
      type: transit,
      body: `[["^ ","sequence","~i1795253001779869401","key_names",["~#list",["id"]],"data",["^ ","id",1,"name","Rex","tags",["~#set",["a"]]],"namespace",null,"action","upsert","table_version",0,"table_name","pets","client_id",${accountId}]]`,
    },
    {
      ...batch,
      client: '4 target-stitch',
      body: `{"table_name": "pets", "schema": {"type": "object", "properties": {"id": {"type": ["null", "integer"]}, "name": {"type": ["null", "string"]}}}, "key_names": ["id"], "messages": [{"action": "upsert", "data": {"id": 1, "name": "R\\u0065x"}, "sequence": 1795253001779869401, "time_extracted": "1970-01-01T03:45:23.000000Z"}, {"action": "activate_version", "sequence": 1795253001779869402}], "table_version": 1795253001779, "bookmark_names": ["id"]}`,
    },
    {
      ...push,
      client: '5 stitchdata-php',
      type: transit,
      body: `[["^ ","client_id",${accountId},"table_name","pets","sequence",1795253001000,"action","upsert","key_names",["id"],"data",["^ ","id",1,"name","Rex","seen","~m1565731503","rest",[]]]]`,
    },
    {
      ...batch,
      client: '9 gostitch',
      body: `{"table_name":"pets","schema":${schema},"messages":[{"action":"upsert","sequence":1565731503,"data":{"id":1,"name":"Rex"}}],"key_names":null}`,
    },
    {
      ...batch,
      client: '11 camel-stitch',
      body: `{"table_name":"pets","schema":${schema},"messages":[{"action":"upsert","sequence":1565731503123,"data":{"id":1,"name":"Rex"}}],"key_names":[]}`,
    },
  ];
}
