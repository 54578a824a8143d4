/**
 * Rows of the control store. Four column types only (ADR 3): integer (ids, 0/1, epoch milliseconds), text, blob, JSON as text.
 * Row types are not API types: surfaces present them explicitly.
 */
import type {
  ConnectionCheckTable,
  ConnectionSecretTable,
  DestinationTable,
  JobTable,
  SourceTable,
  StreamTable,
} from './tables/connection.ts';
import type {
  AuthorizationCodeTable,
  CredentialTable,
  CredentialUseTable,
  EphemeralTokenTable,
  PartnerNoticeTable,
  PartnerSecretTable,
  PartnerTable,
} from './tables/credential.ts';
import type { AnsweredRequestTable, AuditTable, IdSequenceTable, SettingTable } from './tables/installation.ts';
import type { LoadReportTable, RowUsageTable, StreamStateTable } from './tables/loading.ts';
import type { AlertTable, CustomEmailTable, HookDeliveryTable, HookTable } from './tables/notification.ts';
import type { AccountTable, InvitationTable, LinkTable, MailTable, MemberTable, RecoveryCodeTable, SessionTable } from './tables/people.ts';

export interface Tables {
  setting: SettingTable;
  id_sequence: IdSequenceTable;
  account: AccountTable;
  member: MemberTable;
  connection_source: SourceTable;
  connection_destination: DestinationTable;
  credential: CredentialTable;
  audit: AuditTable;
  stream_state: StreamStateTable;
  load_report: LoadReportTable;
  connection_secret: ConnectionSecretTable;
  connection_check: ConnectionCheckTable;
  alert: AlertTable;
  session: SessionTable;
  invitation: InvitationTable;
  link: LinkTable;
  recovery_code: RecoveryCodeTable;
  mail: MailTable;
  answered_request: AnsweredRequestTable;
  partner: PartnerTable;
  partner_secret: PartnerSecretTable;
  authorization_code: AuthorizationCodeTable;
  partner_notice: PartnerNoticeTable;
  credential_use: CredentialUseTable;
  row_usage: RowUsageTable;
  custom_email: CustomEmailTable;
  hook: HookTable;
  hook_delivery: HookDeliveryTable;
  stream: StreamTable;
  job: JobTable;
  ephemeral_token: EphemeralTokenTable;
}
