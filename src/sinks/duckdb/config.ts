/** Settings of one embedded warehouse. Paths are chosen by the server, never by an account. */
export interface DuckDbConfig {
  readonly file: string;
  /** Where DuckDB spills; belongs to this warehouse alone, because two instances use the same file names in it. */
  readonly tempDirectory: string;
  readonly memoryLimitMb: number;
  /** What the limit may grow to, until the file is next closed, for rows too wide for less; never below `memoryLimitMb`. */
  readonly maxMemoryLimitMb: number;
  readonly maxTempMb: number;
  readonly threads: number;
  /** The file is closed, and free for other processes, after this long without use. */
  readonly idleMs: number;
}

/** What a caller must give, and may. */
export type DuckDbOptions = Pick<DuckDbConfig, 'file'> & Partial<Omit<DuckDbConfig, 'file'>>;

/** Fills in the defaults. */
export function withDefaults(options: DuckDbOptions): DuckDbConfig {
  const config = { tempDirectory: `${options.file}.tmp`, memoryLimitMb: 192, maxTempMb: 4096, threads: 1, idleMs: 30_000, ...options };
  return { ...config, maxMemoryLimitMb: Math.max(config.memoryLimitMb, options.maxMemoryLimitMb ?? 0) };
}

/** DuckDB's own options in the order it must receive them: `temp_directory` is refused once external access is off, the lock comes last. */
export function instanceOptions(config: DuckDbConfig, memoryLimitMb: number): Record<string, string> {
  return {
    temp_directory: config.tempDirectory,
    max_temp_directory_size: `${config.maxTempMb}MB`,
    memory_limit: `${memoryLimitMb}MB`,
    threads: String(config.threads),
    preserve_insertion_order: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    enable_external_access: 'false',
    lock_configuration: 'true',
  };
}
