/** Advisory locks are numbers that all of a database share: "thim" in ASCII, then which lock. */
export const advisoryKeys = { node: [0x7468696d, 1], write: [0x7468696d, 2] } as const;

/** An SQL condition: the backend with this process id has the node lock of this database. */
export function nodeLockHeldSql(pid: number): string {
  return `exists (${holdersSql} and pid = ${pid})`;
}

/** The backends that have the node lock. `objsubid` 2 marks locks of two 32-bit keys. */
export const holdersSql = `select pid from pg_locks
  where locktype = 'advisory' and granted and classid = ${advisoryKeys.node[0]} and objid = ${advisoryKeys.node[1]} and objsubid = 2
    and database = (select oid from pg_database where datname = current_database())`;
