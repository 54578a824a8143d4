import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerTooLargeError, createMessageReader, MalformedMessageError } from './server-messages.ts';

const message = (type: string, body: Buffer | string = ''): Buffer => {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeUInt32BE(4 + Buffer.byteLength(body), 1);
  return Buffer.concat([head, Buffer.from(body)]);
};
const ready = message('Z', 'I');
const read = (...chunks: Buffer[]): Buffer => {
  const reader = createMessageReader({ cleartextPassword: false });
  return Buffer.concat(chunks.map((chunk) => reader.take(chunk)));
};

const session = Buffer.concat([
  message('R', '\0\0\0\x0aSCRAM-SHA-256\0\0'),
  message('R', '\0\0\0\0'),
  message('S', 'server_version\x0018.1\0'),
  message('K', '\0\0\0\x01\0\0\0\x02'),
  message('N', 'SNOTICE\0Mhello\0\0'),
  ready,
  message('T', `\0\x01name\0${'\0'.repeat(18)}`),
  message('D', Buffer.from('0003ffffffff00000000000000026162', 'hex')),
  message('C', 'SELECT 1\0'),
  message('t', '\0\x01\0\0\0\x19'),
  message('G', '\x01\0\x01\0\x01'),
  message('1'),
  message('A', '\0\0\0\x01channel\0payload\0'),
  message('D', `\0\x01\0\x02\0\0${'x'.repeat(2 ** 17)}`),
  message('E', 'SERROR\0C42P01\0Mno such table\0\0'),
  ready,
]);

describe('messages of a server', () => {
  it('pass unchanged and whole, however they are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: session.length }), { maxLength: 40 }), (cuts) => {
        const ends = [...cuts, session.length].toSorted((a, b) => a - b);
        expect(read(...ends.map((end, n) => session.subarray(ends[n - 1] ?? 0, end))).equals(session)).toBe(true);
      }),
      { seed: 11, numRuns: 200 },
    );
  });

  it.each<[string, Buffer, string]>([
    ['a length below four', Buffer.from('4500000003', 'hex'), 'a message of type "E" with a length of 3'],
    ['more than 64 KiB before the server is ready', Buffer.from('5300010001', 'hex'), 'a message of type "S" with a length of 65537'],
    ['more than 16 MiB', Buffer.concat([ready, Buffer.from('4401000001', 'hex')]), 'a message of type "D" with a length of 16777217'],
    ['an empty error', message('E'), 'a message of type "E" that is cut short'],
    ['an error without its last zero byte', message('E', 'SERROR\0'), 'a message of type "E" that is cut short'],
    ['a notice whose field does not end', message('N', 'SNOTICE'), 'a message of type "N" that is cut short'],
    ['a text that does not end', message('C', 'SELECT 1'), 'a message of type "C" that is cut short'],
    ['a parameter without a value', message('S', 'TimeZone\0'), 'a message of type "S" that is cut short'],
    ['a list of methods that does not end', message('R', '\0\0\0\x0aSCRAM\0'), 'a message of type "R" that is cut short'],
    ['a method that pg does not know', message('R', '\0\0\0\x07'), 'authentication method 7'],
    ['a salt of two bytes', message('R', '\0\0\0\x05ab'), 'authentication method 5'],
    ['authentication after it had ended', Buffer.concat([ready, message('R', '\0\0\0\0')]), 'authentication after it had ended'],
    ['a row with a negative number of fields', message('D', Buffer.from('ffff', 'hex')), 'a message of type "D" with -1 fields'],
    ['a row with a negative length', message('D', Buffer.from('0001fffffffe', 'hex')), 'a value with a length of -2'],
    ['a value longer than its row', message('D', Buffer.from('00010000000561', 'hex')), 'a message of type "D" that is cut short'],
    ['a type that is none', message('\x7f'), 'a message of type 0x7f'],
  ])('are refused with %s', (_, bytes, problem) => {
    expect(() => read(bytes)).toThrow(MalformedMessageError);
    expect(() => read(bytes)).toThrow(problem);
    expect(() => read(...Array.from(bytes, (byte) => Buffer.of(byte)))).toThrow(problem);
  });

  it.each([
    ['rows of nothing', Buffer.concat(Array.from({ length: 1000 }, () => message('D', '\0\0'))), 1_000_000],
    ['long rows', message('D', Buffer.concat([Buffer.from('000100100000', 'hex'), Buffer.alloc(2 ** 20)])), 63],
    ['notices', Buffer.concat(Array.from({ length: 1000 }, () => message('N', 'SNOTICE\0Mhello\0\0'))), 1_000_000],
  ])('are refused as one answer without end, in %s', (_, chunk, messages) => {
    const reader = createMessageReader({ cleartextPassword: false });
    const chunks = messages < 1000 ? messages : messages / 1000;
    reader.take(ready);
    // What the statement before was answered does not count.
    for (let answer = 0; answer < 2; answer += 1) {
      reader.take(ready);
      for (let sent = 0; sent < chunks; sent += 1) reader.take(chunk);
    }
    expect(() => reader.take(chunk)).toThrow(AnswerTooLargeError);
  });

  it('ask for a password in clear text only where the connection is encrypted', () => {
    const question = message('R', '\0\0\0\x03');
    expect(() => read(question)).toThrow('The server asks for the password in clear text, which is sent over TLS only.');
    expect(createMessageReader({ cleartextPassword: true }).take(question)).toEqual(question);
  });

  it('of any bytes are passed or refused, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('R', 'E', 'N', 'D', 'T', 't', 'G', 'H', 'C', 'S', 'A', 'K', 'Z'),
        fc.uint8Array({ maxLength: 40 }),
        (type, body) => {
          try {
            expect(read(message(type, Buffer.from(body)))).toEqual(message(type, Buffer.from(body)));
          } catch (error) {
            if (!(error instanceof MalformedMessageError)) expect(error).toHaveProperty('name', 'DestinationUnusableError');
          }
        },
      ),
      { seed: 12, numRuns: 2000 },
    );
  });
});
