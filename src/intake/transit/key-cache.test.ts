import * as transit from 'transit-js';
import { describe, expect, it } from 'vitest';
import { answer, batches, envelope, object, push, records, typed } from '../../../tests/support/transit-push.ts';
import type { TypedValue } from '../../../tests/support/typed-values.ts';

describe('the cache of Transit (import-api.md §5.2)', () => {
  it('decodes what the Python client writes', () => {
    const text = `[["^ ","action","upsert","table_name","pets","key_names",["id"],"sequence","~i1795253001779869401",
  "data",["^ ","id",1,"born_at","~m1565731503123","cost","~f3.10","tag","~~x","owner",["^ ","name","Ann"]],"client_id",7723],
 ["^ ","^0","upsert","^1","pets","^2",["id"],"^3","~i1795253001779869402",
  "^4",["^ ","id",2,"^5",null,"^6",null,"tag","y","^7",["^ ","^8","Bö"]],"^9",7723]]`;
    const [batch, ...others] = batches(text);
    expect(others).toEqual([]);
    expect(batch).toMatchObject({
      table: 'pets',
      keyNames: ['id'],
      sequences: BigInt64Array.of(1_795_253_001_779_869_401n, 1_795_253_001_779_869_402n),
    });
    expect(records(text)).toEqual([
      object(
        ['id', 'integer:1'],
        ['born_at', 'timestamp:2019-08-13T21:25:03.123Z'],
        ['cost', 'decimal:3.10'],
        ['tag', 'string:~x'],
        ['owner', object(['name', 'string:Ann'])],
      ),
      object(['id', 'integer:2'], ['born_at', 'null'], ['cost', 'null'], ['tag', 'string:y'], ['owner', object(['name', 'string:Bö'])]),
    ]);
  });

  it('holds escaped keys, keywords, symbols and tags, and any position may refer to them', () => {
    // 0 to 5 are the keys of the record; then come ~^ab, ~:kw, ~#set, ~:abc.
    const wire = '["^ ","~^ab",1,"x",[["^ ","~:kw",2],"^7"],"y",["~#set",["~:abc","^9"]],"z",["^8",["^7","^9"]],"^9",3]';
    expect(typed(wire)).toEqual(
      object(
        ['^ab', 'integer:1'],
        ['x', [object(['kw', 'integer:2']), 'string:kw']],
        ['y', ['string:abc', 'string:abc']],
        ['z', ['string:kw', 'string:abc']],
        ['abc', 'integer:3'],
      ),
    );
  });

  it.each([44, 1936, 1937, 2500, 5000])('holds up with %i different keys in a body of transit-js', (count) => {
    const keys = Array.from({ length: count }, (_, index) => `key ${index}`);
    const one = (): unknown =>
      transit.map([
        'action',
        'upsert',
        'table_name',
        't',
        'key_names',
        ['key 0'],
        'sequence',
        1,
        'client_id',
        7723,
        'data',
        transit.map(keys.flatMap((key, index) => [key, index])),
      ]);
    const text = transit.writer('json').write([one(), one(), one()]);
    if (count === 44) expect(text).toContain('"^10"');
    const expected = object(...keys.map((key, index) => [key, `integer:${index}`] as [string, TypedValue]));
    expect(records(text)).toEqual([expected, expected, expected]);
  });

  it('needs no codes: Python stops writing them after 1936 strings', () => {
    const keys = Array.from({ length: 2500 }, (_, index) => `"key ${index}",${index}`).join(',');
    const one = `["^ ",${envelope},"data",["^ ","k",1,${keys}]]`;
    expect(records(`[${one},${one}]`).map((record) => (record as { members: unknown[] }).members.length)).toEqual([2501, 2501]);
  });

  describe('as writers count differently', () => {
    /** Two records with the keys `names` in `data`, cached where `isLong` says so. */
    const written = (names: readonly string[], isLong: (text: string) => boolean): string => {
      const seen: string[] = [];
      const key = (name: string): string => {
        const index = seen.indexOf(name);
        if (index >= 0) return `"^${String.fromCharCode(48 + index)}"`;
        if (isLong(name)) seen.push(name);
        return JSON.stringify(name);
      };
      const one = (sequence: number): string =>
        `["^ ",${key('action')},"upsert",${key('table_name')},"t",${key('key_names')},["k"],${key('sequence')},${sequence},${key('data')},["^ ","k",1,${names
          .map((name, index) => `${key(name)},${index}`)
          .join(',')}],${key('client_id')},7723]`;
      return `[${one(1)},${one(2)}]`;
    };
    const units: Record<string, (text: string) => boolean> = {
      'UTF-16 units': (text) => text.length > 3,
      'code points': (text) => Array.from(text).length > 3,
      bytes: (text) => Buffer.byteLength(text) > 3,
    };

    it.each(Object.keys(units))('reads keys that only some of them cache, counted in %s', (unit) => {
      for (const names of [
        ['año', 'nombre'],
        ['ab😀', 'city'],
        ['é', 'éé', 'ééé', '😀', '😀a', '😀😀', 'longer'],
        ['日本', '日本語', '日本語版'],
      ]) {
        const expected = object(['k', 'integer:1'], ...names.map((name, index) => [name, `integer:${index}`] as [string, TypedValue]));
        expect(records(written(names, units[unit] as (text: string) => boolean)), names.join()).toEqual([expected, expected]);
      }
    });

    it('answers as for UTF-16 when no reading is accepted', () => {
      const text = written(['año', 'nombre'], units['bytes'] as (text: string) => boolean);
      expect(answer(push(text.replace('"^7"', '"^R"')))).toMatch(/^400 .*Cache code \^7|^400 .*\^R/);
      expect(answer(push(text.replaceAll('7723', '7724')))).toMatch(/^403/);
    });
  });
});
