import { describe, expect, it } from 'vitest';
import { createAccountServer } from '../../../tests/support/account-server.ts';
import { findSourceType, sourceTypes } from '../../../contract/connect-api/source-types.ts';
import { describeForm } from './source-forms.ts';

describe('the form of an integration', () => {
  it('asks for everything a set-up needs, of every type that can be made', () => {
    for (const card of sourceTypes.filter(({ details }) => details.access)) {
      const asked = describeForm(card).fields.map(({ name }) => name);
      const needed = card.steps
        .flatMap(({ properties }) => properties)
        .filter(({ is_required: required, property_type: kind }) => required && kind !== 'read_only');
      expect(
        needed.map(({ name }) => name).filter((name) => !asked.includes(name)),
        card.type,
      ).toEqual([]);
    }
  });

  it('says how each value is typed', () => {
    const kindOf = (type: string, field: string): unknown => {
      const card = findSourceType(type);
      const found = card && describeForm(card).fields.find(({ name }) => name === field);
      return found && [found.kind, found.values];
    };
    expect(kindOf('platform.hp-postgres', 'ssl')).toEqual(['choice', ['true', 'false']]);
    expect(kindOf('platform.hp-postgres', 'port')).toEqual(['text', []]);
    expect(kindOf('platform.github', 'start_date')).toEqual(['date', []]);
    expect(kindOf('webhook.segment', 'source_names')).toEqual(['list', []]);
    expect(kindOf('platform.google-analytics', 'report_definitions')).toEqual(['json', []]);
  });

  it('shows what is kept but credentials, and refuses what does not fit', async () => {
    const { ann } = await createAccountServer();
    const properties = { host: 'db.example.com', port: '5432', user: 'u', password: 'hunter22', dbname: 'd' };
    const made = await ann.call('POST', '/sources', { type: 'platform.hp-postgres', display_name: 'Base', properties });
    const path = `/sources/${String(made.body['id'])}`;
    const form = await ann.call('GET', `${path}/form`);
    expect(form.body).toMatchObject({ title: 'PostgreSQL', values: { host: 'db.example.com', port: '5432' }, kept: ['password'] });
    expect(form.text).not.toContain('hunter22');
    const refused = await ann.call('PUT', path, { properties: { port: 'none' } });
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'invalid_properties' } } });
    expect((await ann.call('PUT', path, { properties: { cron_expression: 'x' } })).status).toBe(400);
    expect((await ann.call('POST', '/source-types/descriptions', { type: 'platform.nonsense' })).status).toBe(400);
    expect((await ann.call('GET', '/sources/999999/form')).status).toBe(404);
  });
});
