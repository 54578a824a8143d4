/** Where a PostgreSQL destination is and how to sign in. */
export interface PostgresConnection {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly tls: 'disable' | 'require' | 'verify-full';
  /** PEM; the system's authorities when absent. */
  readonly rootCertificate?: string;
}
