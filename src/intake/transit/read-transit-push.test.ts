import { describe, expect, it } from 'vitest';
import { answer, batches, body, envelope, object, push, records, typed } from '../../../tests/support/transit-push.ts';
import type { TypedValue } from '../../../tests/support/typed-values.ts';

const malformed = (text: string): string =>
  `400 {"status":"ERROR","message":"Malformed json in the body!","error":${JSON.stringify(text)},"input":null}`;

describe('the wire forms of Transit (import-api.md §5.1)', () => {
  it.each<[wire: string, TypedValue]>([
    ['["^ ","a",1,"b",["^ "]]', object(['a', 'integer:1'], ['b', object()])],
    ['{"a":1,"b":{}}', object(['a', 'integer:1'], ['b', object()])],
    ['"plain"', 'string:plain'],
    ['"`plain"', 'string:`plain'],
    ['"~~x"', 'string:~x'],
    ['"~^x"', 'string:^x'],
    ['"~`x"', 'string:`x'],
    ['"~^ "', 'string:^ '],
    ['["~^ ",1]', ['string:^ ', 'integer:1']],
    ['[true,false,null]', ['true', 'false', 'null']],
    ['["~?t","~?f","~_"]', ['true', 'false', 'null']],
    ['15', 'integer:15'],
    ['15.0', 'double:15'],
    ['9223372036854775807', 'integer:9223372036854775807'],
    ['1e2', 'double:100'],
    ['"~d15"', 'double:15'],
    ['"~d1.5e-3"', 'double:0.0015'],
    ['"~i9223372036854775807"', 'integer:9223372036854775807'],
    ['"~i-5"', 'integer:-5'],
    ['"~n9223372036854775807"', 'integer:9223372036854775807'],
    ['"~n-9223372036854775808"', 'integer:-9223372036854775808'],
    ['"~n9223372036854775808"', 'big integer:9223372036854775808'],
    ['"~n-123456789012345678901234567890"', 'big integer:-123456789012345678901234567890'],
    ['"~f3.10"', 'decimal:3.10'],
    ['"~f12345678901234567890.123456789012345678"', 'decimal:12345678901234567890.123456789012345678'],
    ['"~f1E+2"', 'decimal:1E+2'],
    ['"~f0E-10"', 'decimal:0E-10'],
    ['"~fNaN"', 'double:NaN'],
    ['"~f-sNaN12"', 'double:NaN'],
    ['"~fInfinity"', 'double:Infinity'],
    ['"~f-Infinity"', 'double:-Infinity'],
    ['"~zNaN"', 'double:NaN'],
    ['"~zINF"', 'double:Infinity'],
    ['"~z-INF"', 'double:-Infinity'],
    ['"~m1565731503123"', 'timestamp:2019-08-13T21:25:03.123Z'],
    ['"~m-1"', 'timestamp:1969-12-31T23:59:59.999Z'],
    ['"~m0"', 'timestamp:1970-01-01T00:00:00.000Z'],
    ['"~m253402300800000"', 'timestamp:+010000-01-01T00:00:00.000Z'],
    ['"~m9223372036854775807"', 'timestamp:9223372036854775807'],
    ['"~t2019-08-13T21:25:03.123Z"', 'timestamp:2019-08-13T21:25:03.123Z'],
    ['"~t2019-08-13T21:25:03.123456+02:00"', 'timestamp:2019-08-13T21:25:03.123456+02:00'],
    ['"~u3f0c9a52-7d1e-4b86-9a40-c2e57d18b6f3"', 'string:3f0c9a52-7d1e-4b86-9a40-c2e57d18b6f3'],
    ['"~rhttp://example.com/ü"', 'string:http://example.com/ü'],
    ['"~bAAEC/w=="', 'string:AAEC/w=='],
    ['"~cx"', 'string:x'],
    ['"~:kw"', 'string:kw'],
    ['"~$sym"', 'string:sym'],
    ['["~#set",[1,"a"]]', ['integer:1', 'string:a']],
    ['["~#list",[]]', []],
    ['["~#set",[["~#set",[1]],["~#list",[2]]]]', [['integer:1'], ['integer:2']]],
    ['{"~#set":[1,{"~#m":1}]}', 'refused'],
    [
      '["~#cmap",["x",1,2,"y",true,3,null,4,"~:kw",5,"~m6",7,1.50,8,"~i9",10]]',
      object(
        ['x', 'integer:1'],
        ['2', 'string:y'],
        ['true', 'integer:3'],
        ['null', 'integer:4'],
        ['kw', 'integer:5'],
        ['6', 'integer:7'],
        ['1.50', 'integer:8'],
        ['9', 'integer:10'],
      ),
    ],
    ['{"~#cmap":["x",1]}', object(['x', 'integer:1'])],
    ['["~#ratio",["~n1","~n8"]]', 'decimal:0.125'],
    ['["~#ratio",["~n-50","~i4"]]', 'decimal:-12.5'],
    ['["~#ratio",[6,3]]', 'decimal:2'],
    ['["~#ratio",["~n1","~n3"]]', 'double:0.3333333333333333'],
    ['["~#ratio",["~n-2","~n-3"]]', 'double:0.6666666666666666'],
    [`["~#'",5]`, 'integer:5'],
    [`{"~#'":"~:kw"}`, 'string:kw'],
    [
      '["^ ","~i5",1,"~d1.5",2,"~?t",3,"~?f",4,"~_",5,"~:id",6,"~$s",7,"~~x",8,"~^y",9,"~m10",11,"",12]',
      object(
        ['5', 'integer:1'],
        ['1.5', 'integer:2'],
        ['true', 'integer:3'],
        ['false', 'integer:4'],
        ['null', 'integer:5'],
        ['id', 'integer:6'],
        ['s', 'integer:7'],
        ['~x', 'integer:8'],
        ['^y', 'integer:9'],
        ['10', 'integer:11'],
        ['', 'integer:12'],
      ),
    ],
    ['["^ ","__proto__",["^ ","constructor",1]]', object(['__proto__', object(['constructor', 'integer:1'])])],
    [String.raw`["\u007ei5","~\u003ak\u00e9y","\u005e\u0020","\\~\/",["^ ","a\u00f1\ud83d\ude00",1]]`, 'refused'],
    [
      String.raw`["\u007ei5","~\u003ak\u00e9y","\u007e^","\\~\/","~~\"",["^ ","a\u00f1\ud83d\ude00",1]]`,
      ['integer:5', 'string:kéy', 'string:^', String.raw`string:\~/`, 'string:~"', object(['añ😀', 'integer:1'])],
    ],
  ])('%s', (wire, expected) => {
    if (expected === 'refused') expect(answer(push(body(wire)))).toMatch(/^400/);
    else expect(typed(wire)).toEqual(expected);
  });

  it.each([
    ['"~"', 'Transit string ~ without a meaning at byte 114'],
    ['"~xfoo"', 'Transit string ~xfoo without a meaning at byte 114'],
    ['"~i1.5"', 'Transit string ~i1.5 without a meaning at byte 114'],
    ['"~n01"', 'Transit string ~n01 without a meaning at byte 114'],
    ['"~f1,5"', 'Transit string ~f1,5 without a meaning at byte 114'],
    ['"~d"', 'Transit string ~d without a meaning at byte 114'],
    ['"~mnow"', 'Transit string ~mnow without a meaning at byte 114'],
    ['"~t2019-02-30T00:00:00Z"', 'Transit string ~t2019-02-30T00:00:00Z without a meaning at byte 114'],
    ['"~zBIG"', 'Transit string ~zBIG without a meaning at byte 114'],
    ['"~?x"', 'Transit string ~?x without a meaning at byte 114'],
    ['"~#set"', 'A tag without a value at byte 114'],
    ['["~#set"]', 'A tag without a value at byte 115'],
    ['["~#set",[1],2]', 'A tag without a value at byte 115'],
    ['[1,"~#set"]', 'A tag without a value at byte 117'],
    ['["~#set","x"]', 'A Transit set that is no array at byte 123'],
    ['["~#list",["^ "]]', 'A Transit list that is no array'],
    ['["~#point",[1,2]]', 'Unknown Transit tag #point'],
    ['["~#u",[1,2]]', 'Unknown Transit tag #u'],
    ['{"~#link":{}}', 'Unknown Transit tag #link'],
    ['{"~#set":[1],"a":2}', 'A tag without a value at byte 115'],
    ['["~#cmap",["x"]]', 'A map with a key and no value at byte 125'],
    ['["~#cmap",[[1],2]]', 'A map key that is no string at byte 125'],
    ['["~#cmap",[["~#ratio",["~n1","~n2"]],2]]', 'A map key that is no string at byte 126'],
    ['["~#ratio",[1]]', 'A Transit ratio that is no pair at byte 125'],
    ['["~#ratio",[1,0]]', 'A Transit ratio over zero at byte 127'],
    ['["~#ratio",[1,2.5]]', 'A Transit ratio of anything but integers of at most 100 digits at byte 127'],
    ['["^ ","a"]', 'A map with a key and no value at byte 115'],
    ['["^ ",["^ "],1]', 'A map key that is no string at byte 121'],
    ['["^ ","a",1,"a",2]', 'A map has a key twice'],
    ['["^ ","5",1,"~i5",2]', 'A map has a key twice'],
    ['{"a":1,"a":2}', 'A map has a key twice'],
    ['["^ ","~:ab",1,"ab",2]', 'A map has a key twice'],
    ['[1,"^ "]', 'Cache code ^  out of range at byte 117'],
    ['"^"', 'Cache code ^ out of range at byte 114'],
    ['"^8"', 'Cache code ^8 out of range at byte 114'],
    ['"^/"', 'Cache code ^/ out of range at byte 114'],
    ['"^[["', 'Cache code ^[[ out of range at byte 114'],
    ['"^000"', 'Cache code ^000 out of range at byte 114'],
    ['"^é"', 'Cache code ^é out of range at byte 114'],
    ['NaN', "Unexpected character 'N' at byte 113"],
  ])('refuses %s', (wire, text) => {
    expect(answer(push(body(wire)))).toBe(malformed(text));
    expect(answer(push(body(wire), 'validate'))).toBe(malformed(text));
  });
});

describe('a Transit body', () => {
  const record = `["^ ",${envelope},"data",["^ ","k",1]]`;
  const verbose = '{"action":"upsert","table_name":"t","key_names":["k"],"sequence":1,"client_id":7723,"data":{"k":1}}';

  it.each([
    ['an array', `[${record}]`],
    ['a list', `["~#list",[${record}]]`],
    ['a verbose set', `{"~#set" : [ ${verbose} ] }`],
    ['quoted', `["~#'",[${record}]]`],
    ['several tags', `["~#'",{"~#list":[${verbose}]}]`],
    ['both flavours', `[${verbose},${record}]`],
    ['verbose records', `[${verbose},${verbose}]`],
    [
      'keywords for keys and values',
      '[["^ ","~:action","~:upsert","~:table_name","~$t","~:key_names",["~#list",["~:k"]],"~:sequence",1,"~:client_id",7723,"~:data",["^ ","~:k",1]]]',
    ],
    [
      'composite maps',
      '[["~#cmap",["action","upsert","table_name","t","key_names",["~#set",["k"]],"sequence",1,"client_id",7723,"data",["~#cmap",["k",1]]]]]',
    ],
  ])('may hold its records as %s', (_, text) => {
    expect(records(text)[0]).toEqual(object(['k', 'integer:1']));
  });

  it.each([
    ['["^ "]', '400 {"status":"ERROR","message":"An array of records is expected"}'],
    ['["^ ","action","upsert"]', '400 {"status":"ERROR","message":"An array of records is expected"}'],
    ['{}', '400 {"status":"ERROR","message":"An array of records is expected"}'],
    [`["~#'",1]`, '400 {"status":"ERROR","message":"An array of records is expected"}'],
    ['["~#list",["^ "]]', '400 {"status":"ERROR","message":"An array of records is expected"}'],
    ['[]', '400 {"status":"ERROR","message":"An array of at least one record is expected"}'],
    ['["~#list",[]]', '400 {"status":"ERROR","message":"An array of at least one record is expected"}'],
    ['["a"]', '401 {"status":"ERROR","error":"Not Authenticated.","errors":null}'],
    ['["~#point",[]]', malformed('A tag without a value at byte 2')],
    ['["~#list",[]', malformed('Unexpected end of the body at byte 12')],
    ['["~#list",[],1]', malformed("Unexpected character ',' at byte 12")],
    ['["~#list" []]', malformed("Unexpected character '[' at byte 10")],
    ['["^0"]', malformed('Cache code ^0 out of range at byte 2')],
    ['', malformed('Unexpected end of the body at byte 0')],
    [`[["^ ",${envelope},"data"]]`, malformed('A map with a key and no value at byte 3')],
    [`[["^ ",${envelope},"data",["^ ","k",1],"client_id",7723]]`, malformed('A map has a key twice')],
  ])('gets the documented answer to %s', (text, expected) => {
    expect(answer(push(text))).toBe(expected);
  });

  it('is held to the rules of push', () => {
    const semantic = (reason: string): string =>
      `422 {"status":"ERROR","error":"Request cannot be processed; see errors.","errors":[{"reason":${reason}}]}`;
    const one = (changed: string, into: string): string => answer(push(`[${record.replace(changed, into)}]`));
    expect(one('"sequence",1', '"sequence","1"')).toBe(semantic('{"sequence":["should be an integer","should be a number"]}'));
    expect(one('"sequence",1', '"sequence","~f1"')).toBe(semantic('{"sequence":["should be an integer","should be a number"]}'));
    expect(one('"sequence",1', '"sequence","~n9223372036854775808"')).toBe(
      semantic('{"sequence":["sequence can not be above 9223372036854775807"]}'),
    );
    expect(one('"data",["^ ","k",1]', '"data",["~#set",[1]]')).toBe(semantic('{"data":["data must be an object"]}'));
    expect(one('"k",1]', '"k","~_"]')).toBe(semantic('{"data":["keys cannot not be null in data"]}'));
    expect(one('"client_id",7723', '"client_id","~i7724"')).toContain('403');
    expect(one('"client_id",7723', '"client_id","~i7723"')).toBe('accepted');
    expect(one('"k",1]', `"k",[${'0,'.repeat(9_999)}0]]`)).toBe('accepted');
    expect(one('"k",1]', `"k",[${'0,'.repeat(10_000)}0]]`)).toContain('more than 10000 data points');
    expect(answer(push(`[${record.replace('1]]', `[${'0,'.repeat(450_000)}0]]]`)},${record.replace('"client_id"', '"^4"')}]`))).toContain(
      'more than 400000 keys',
    );
  });

  it('keeps sequences of 19 digits, and the greatest one as Python writes it', () => {
    const of = (sequence: string): unknown => batches(`[${record.replace('"sequence",1', `"sequence",${sequence}`)}]`)[0]?.sequences[0];
    expect(of('"~i1795253001779869401"')).toBe(1_795_253_001_779_869_401n);
    expect(of('"~n9223372036854775807"')).toBe(9_223_372_036_854_775_807n);
    expect(of('1795253001779869401')).toBe(1_795_253_001_779_869_401n);
  });

  it('may hold the legacy switch_view', () => {
    const [batch] = batches(
      '[["^ ","action","switch_view","table_name","t","table_version",3,"sequence","~i9","client_id",7723,"namespace",null,"key_names",null]]',
    );
    expect(batch).toMatchObject({ table: 't', tableVersion: 3n, actions: Uint8Array.of(1), sequences: BigInt64Array.of(9n) });
  });
});

describe('hostile Transit', () => {
  const times = (text: string, count: number): string => text.repeat(count);
  it.each<[string, string, RegExp]>([
    ['deep arrays', times('[', 200_000), /^400 .*Nesting deeper/],
    ['deep maps', times('["^ ","a",', 200_000), /^400 .*Nesting deeper/],
    ['deep tags', body(`${times('["~#set",[', 200)}1${times(']]', 200)}`), /^accepted/],
    ['deeper tags', body(`${times('["~#set",[', 256)}1${times(']]', 256)}`), /^400 .*Nesting deeper/],
    ['tags around the root', times(`["~#'",`, 100_000), /^400 .*Nesting deeper/],
    [
      'a cache that overflows 100 times',
      body(`["^ ",${Array.from({ length: 9_000 }, (_, index) => `"key ${index}",1`).join(',')}]`),
      /^accepted/,
    ],
    ['half a million codes', body(`[${times('"^0",', 300_000)}"^0"]`), /^422/],
    ['half a million escaped strings', body(`[${times(String.raw`"\u007e~x",`, 300_000)}1]`), /^422/],
    ['many ratios', `[${times(`["^ ","d",["~#ratio",["~n${'7'.repeat(97)}","~n${'3'.repeat(97)}"]]],`, 15_000)}1]`, /^401/],
    ['a ratio of a million digits', body(`["~#ratio",["~n${'7'.repeat(1_000_000)}",3]]`), /^400/],
    ['a decimal of a million digits', body(`"~f${'7'.repeat(1_000_000)}"`), /^accepted/],
    ['a million digits of time', body(`"~m${'7'.repeat(1_000_000)}"`), /^accepted/],
    [
      'a keyword of a million letters',
      body(`["~:${'k'.repeat(1_000_000)}",${times('"^6",', 9_000)}1]`),
      /^400 .*Cache codes for too much text/,
    ],
    [
      'a key of a million letters',
      `[${times(`["^ ","${'k'.repeat(1_000_000)}",["^ ","^0",1]],`, 1)}${times('["^ ","^0",1],', 200_000)}1]`,
      /^400 .*Cache codes for too much text/,
    ],
    ['maps of one key each', `[${times('["^ ","^0",1],', 300_000)}1]`, /^400/],
    ['ambiguous keys in a refused body', `[${times('["^ ","año",1],', 300_000)}1]`, /^400/],
  ])('gets an answer in bounded time: %s', (_, text, expected) => {
    const startedAt = performance.now();
    expect(answer(push(text)).slice(0, 300)).toMatch(expected);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
