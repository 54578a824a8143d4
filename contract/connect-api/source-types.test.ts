import { describe, expect, it } from 'vitest';
import { findSourceType, sourceTypes } from './source-types.ts';
import { sourceCatalogue } from './types/catalogue.ts';
import { computeCard } from './types/compute-card.ts';
import { typeCard } from './report-card.ts';

const common = ['anchor_time', 'cron_expression', 'frequency_in_minutes', 'image_version'];

/** Names as connect-api.md §11.2 marks them: `*` required, `!` credential. */
function marks(type: string, stepIndex = 0): string {
  const properties = findSourceType(type)?.steps[stepIndex]?.properties ?? [];
  return properties
    .filter(({ name }) => !common.includes(name))
    .map(({ name, is_required, is_credential }) => `${name}${is_required ? '*' : ''}${is_credential ? '!' : ''}`)
    .join(' ');
}

describe('the catalogue of source types', () => {
  it('has cards of the wire form, each type once', () => {
    for (const card of sourceTypes) expect(typeCard.parse(card)).toEqual(card);
    expect(new Set(sourceTypes.map(({ type }) => type)).size).toBe(sourceTypes.length);
    expect(sourceTypes[0]?.type).toBe('import_api');
  });

  it('marks what is required and what is a credential as the contract does', () => {
    expect(marks('platform.hp-postgres')).toBe(
      'host* port* user* password*! dbname* ssl ssh ssh_host ssh_port ssh_user filter_dbs default_replication_method itersize ' +
        'use_log_based_replication include_schemas_in_destination_stream_name logical_poll_total_seconds replication_slot_name ' +
        'incremental_limit socket_timeout',
    );
    expect(marks('platform.hp-mysql')).toBe(
      'host* port* user* password*! dbname filter_dbs server_id ssl ssl_ca ssl_cert ssl_key! ssl_client_auth_enabled ssh ssh_host ssh_port ' +
        'ssh_user use_log_based_replication include_schemas_in_destination_stream_name incremental_limit',
    );
    expect(marks('platform.mariadb')).not.toMatch(/filter_dbs|check_hostname|verify_mode|ssl_/);
    expect(marks('platform.sftp')).toBe('host* port* username* password! tables* start_date*');
    expect(marks('platform.salesforce', 1)).toBe('client_id*! client_secret*! instance_url* orgid refresh_token*!');
    expect(marks('platform.google-sheets', 1)).toBe('client_id*! client_secret*! refresh_token*! user_id');
    expect(marks('webhook.segment', 1)).toBe('scope* source_names* workspace_names*');
  });

  it.each([
    ['import_api', 2, 'fully_configured'],
    ['webhook.incoming-webhook', 2, 'fully_configured'],
    ['webhook.customerio', 1, 'form'],
    ['webhook.segment', 2, 'oauth'],
    ['platform.hp-postgres', 1, 'form'],
    ['platform.facebook', 1, 'form'],
  ])('stands with nothing provided, for %s, at step %i, %s', (type, step, stepType) => {
    expect(findSourceType(type)).toMatchObject({ current_step: step, current_step_type: stepType });
  });

  it('gives pull types the scheduling properties and push types none', () => {
    for (const { type, delivery } of sourceCatalogue) {
      const names = findSourceType(type)?.steps.flatMap((step) => step.properties.map(({ name }) => name)) ?? [];
      expect(common.filter((name) => names.includes(name))).toEqual(delivery === 'pull' ? common : []);
    }
  });

  it('chooses a value for whatever is required and may not be set', () => {
    for (const { type, chosen = {} } of sourceCatalogue) {
      const fixed =
        findSourceType(type)
          ?.steps.flatMap((step) => step.properties)
          .filter((one) => one.property_type === 'read_only') ?? [];
      for (const { name } of fixed) if (name !== 'image_version') expect({ type, chosen }).toHaveProperty(['chosen', name]);
    }
  });

  it('withholds retired types and names the one to use instead', () => {
    expect(findSourceType('platform.mysql')).toMatchObject({
      details: { access: false, pipeline_state: 'deprecated' },
      upgrade_available: { type: 'platform.hp-mysql' },
    });
    for (const { upgrade_available: upgrade } of sourceTypes) if (upgrade !== null) expect(findSourceType(upgrade.type)).toBeDefined();
  });
});

describe('a report card', () => {
  const steps = findSourceType('platform.facebook')?.steps ?? [];
  const form = { image_version: '1.latest', start_date: '2031-01-01T00:00:00Z' };
  const handshake = { access_token: true, account_id: '7' };

  it('14.8: walks form, oauth, discover_schema, field_selection, fully_configured', () => {
    const at = (provided: object, discovered = false, selected = false): string =>
      computeCard('platform.facebook', steps, { provided: { ...provided }, discovered, selected }).current_step_type;
    expect(at({})).toBe('form');
    expect(at(form)).toBe('oauth');
    expect(at({ ...form, ...handshake })).toBe('discover_schema');
    expect(at({ ...form, ...handshake }, true)).toBe('field_selection');
    expect(at({ ...form, ...handshake }, true, true)).toBe('fully_configured');
    expect(at({ ...form, ...handshake, start_date: null }, true, true)).toBe('form');
  });

  it('says which properties are provided and needs all of a tunnel once it is on', () => {
    const mysql = findSourceType('platform.db2')?.steps ?? [];
    const provided = { image_version: '1.latest', host: 'a', port: '1', user: 'u', password: true };
    const card = (more: object): ReturnType<typeof computeCard> =>
      computeCard('platform.db2', mysql, { provided: { ...provided, ...more }, discovered: true, selected: true });
    expect(card({ ssh: 'false' }).current_step).toBe(4);
    expect(card({ ssh: 'true', ssh_host: 'b', ssh_port: '22' }).current_step).toBe(1);
    expect(card({ ssh: 'true', ssh_host: 'b', ssh_port: '22', ssh_user: 'c' }).current_step).toBe(4);
    const given = card({})
      .steps[0]?.properties.filter((property) => property.provided)
      .map(({ name }) => name);
    expect(given).toEqual(['image_version', 'host', 'port', 'user', 'password']);
  });
});
