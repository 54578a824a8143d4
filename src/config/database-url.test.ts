import { afterEach, describe, expect, it, vi } from 'vitest';
import { describeDatabase, postgresOptions } from '../lib/postgres.ts';
import { readConfig } from './config.ts';

afterEach(() => void vi.unstubAllEnvs());

describe('DATABASE_URL', () => {
  it('is none by default, and taken as it is', () => {
    vi.stubEnv('DATABASE_URL', '');
    expect(readConfig({}).databaseUrl).toBeUndefined();
    vi.stubEnv('DATABASE_URL', 'postgres://a:b@h:1/d?sslmode=require');
    expect(readConfig({}).databaseUrl).toBe('postgres://a:b@h:1/d?sslmode=require');
  });

  it.each(['mysql://a:hidden-word@h/d', 'hidden-word', 'postgres://a:hidden-word@:x/d'])(
    'is refused with one sentence that does not repeat it: %s',
    (text) => {
      vi.stubEnv('DATABASE_URL', text);
      expect(() => readConfig({})).toThrow(
        expect.objectContaining({ name: 'ConfigError', message: expect.not.stringContaining('hidden-word') }),
      );
    },
  );

  it('is described without its password', () => {
    expect(describeDatabase('postgres://a:hidden@db.example:5433/my%20shop?sslmode=require')).toBe('my shop at db.example:5433');
    expect(describeDatabase('postgres:///shop?host=/run/pg')).toBe('shop at /run/pg:5432');
  });

  it('does not go together with undoing a move', () => {
    vi.stubEnv('DATABASE_URL', 'postgres://h/d');
    expect(() => readConfig({ 'undo-move': true })).toThrow('unset DATABASE_URL');
  });

  it('keeps settings of its own beside ours, and reads sslmode as libpq does', () => {
    const { connectionString } = postgresOptions({
      url: 'postgres://h/d?options=-c%20work_mem%3D8MB&sslmode=require',
      name: 'n',
      settings: { search_path: 'a b' },
    });
    const { searchParams } = new URL(connectionString ?? '');
    expect(searchParams.get('options')).toBe(
      '-c work_mem=8MB -c synchronous_commit=on -c default_transaction_isolation=read\\ committed -c search_path=a\\ b',
    );
    expect([searchParams.get('sslmode'), searchParams.get('uselibpqcompat')]).toEqual(['require', 'true']);
  });
});
