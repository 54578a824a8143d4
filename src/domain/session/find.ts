export type { SessionRow } from '../../store/queries/session.ts';
