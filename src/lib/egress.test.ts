import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findAddress, findRange, isInRange } from './address.ts';
import { classifyAddress, type AddressClass } from './address-class.ts';
import { createEgress, EgressRefusedError, type EgressPolicy } from './egress.ts';

const closed: EgressPolicy = { privateAllowed: false, allowed: [] };
const open: EgressPolicy = { privateAllowed: true, allowed: [] };

function classOf(text: string): AddressClass {
  const address = findAddress(text);
  if (address === undefined) throw new Error(`${text} is no address`);
  return classifyAddress(address);
}

function range(text: string): { base: Uint8Array; bits: number } {
  const found = findRange(text);
  if (found === undefined) throw new Error(`${text} is no range`);
  return found;
}

const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));

describe('the class of an address', () => {
  it.each([
    [
      'never',
      '0.0.0.0',
      '169.254.169.254',
      '169.254.0.1',
      '100.100.100.200',
      '168.63.129.16',
      '192.0.0.192',
      '224.0.0.1',
      '239.255.255.255',
    ],
    ['never', '255.255.255.255', '240.0.0.1', '::', 'fe80::1', 'fe80::1%eth0', 'febf::1', 'ff02::1', 'fd00:ec2::254', '2001:0:1::1'],
    ['never', 'fd00:c1::a9fe:a9fe', 'fd00:42::42', '64:ff9b:1::1', '64:ff9b:1:7f00:0:100::'],
    [
      'never',
      '::ffff:169.254.169.254',
      '64:ff9b::a9fe:a9fe',
      '2002:a9fe:a9fe::',
      '::169.254.169.254',
      '::ffff:0:0',
      '::ffff:0:169.254.1.1',
    ],
    ['private', '127.0.0.1', '127.255.255.254', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '100.127.255.255'],
    [
      'private',
      '::1',
      'fc00::1',
      'fdff::1',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '64:ff9b::10.0.0.1',
      '2002:c0a8:101::',
      '0:0:0:0:0:0:0:1',
    ],
    ['public', '8.8.8.8', '172.15.255.255', '172.32.0.0', '100.63.255.255', '100.128.0.0', '11.0.0.0', '2606:4700::1111', '::ffff:8.8.8.8'],
  ] as const)('is %s', (expected, ...addresses) => {
    for (const address of addresses) expect([address, classOf(address)]).toEqual([address, expected]);
  });

  it('is the same for an IPv4 address however IPv6 carries it', () => {
    fc.assert(
      fc.property(octets, ([a, b, c, d]) => {
        const hex = (high: number, low: number): string => ((high << 8) | low).toString(16);
        const plain = classOf(`${a}.${b}.${c}.${d}`);
        for (const carrying of [`::ffff:${a}.${b}.${c}.${d}`, `64:ff9b::${hex(a, b)}:${hex(c, d)}`, `2002:${hex(a, b)}:${hex(c, d)}::1`])
          expect([carrying, classOf(carrying)]).toEqual([carrying, plain]);
      }),
      { seed: 1 },
    );
  });

  it('depends on the first bits alone', () => {
    fc.assert(
      fc.property(octets, fc.nat(32), fc.nat(31), (address, bits, flipped) => {
        const base = Uint8Array.from(address);
        const other = Uint8Array.from(base);
        other[flipped >> 3] = (other[flipped >> 3] ?? 0) ^ (0x80 >> (flipped & 7));
        expect(isInRange(base, { base, bits })).toBe(true);
        expect(isInRange(other, { base, bits })).toBe(flipped >= bits);
      }),
      { seed: 2 },
    );
  });

  it('is given to every address there is, and to nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        expect(findAddress(text)?.length).toBe(isIP(text) === 4 ? 4 : 16);
        expect(['public', 'private', 'never']).toContain(classOf(text));
      }),
      { seed: 3 },
    );
    for (const text of ['', 'localhost', '1.2.3', '2130706433', '0x7f.1', '010.0.0.1', '/tmp', '::1::', '[::1]', 'a%lo'])
      expect(findAddress(text)).toBeUndefined();
    for (const text of ['10.0.0.0/33', '::/129', '10.0.0.0/', '/8', '10.0.0.0/8/8', 'private', '10.0.0.0/-1'])
      expect(findRange(text)).toBeUndefined();
  });
});

describe('the egress gate', () => {
  const answering =
    (...addresses: string[]) =>
    async (): Promise<{ address: string }[]> =>
      addresses.map((address) => ({ address }));

  it('returns the first permitted of all addresses a name has', async () => {
    const gate = createEgress(closed, answering('10.0.0.1', '169.254.169.254', '93.184.215.14', '8.8.8.8'));
    await expect(gate('db.example.com')).resolves.toBe('93.184.215.14');
  });

  it('asks the resolver once, and connects where it looked', async () => {
    const answers = ['93.184.215.14', '127.0.0.1'];
    let asked = 0;
    const gate = createEgress(closed, async () => [{ address: answers[(asked += 1) - 1] ?? '' }]);
    await expect(gate('rebinding.example.com')).resolves.toBe('93.184.215.14');
    expect(asked).toBe(1);
  });

  it('never lets anything through but public addresses, whatever the resolver answers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom('127.0.0.1', '::1', '10.1.1.1', 'not an address'))),
        async (addresses) => {
          const passed = await createEgress(closed, answering(...addresses))('x.example').catch((error: unknown) => error);
          if (passed instanceof EgressRefusedError)
            for (const one of addresses) expect(findAddress(one) && classOf(one)).not.toBe('public');
          else expect(classOf(String(passed))).toBe('public');
        },
      ),
      { seed: 4 },
    );
  });

  it('opens private networks by policy or one by one, and what is closed to everybody never', async () => {
    const some: EgressPolicy = {
      privateAllowed: false,
      allowed: [range('10.1.0.0/16'), range('127.0.0.1'), range('169.254.0.0/16'), range('0.0.0.0/0')],
    };
    const through = async (policy: EgressPolicy, address: string): Promise<boolean> =>
      createEgress(
        policy,
        answering(address),
      )('h').then(
        () => true,
        () => false,
      );
    for (const address of ['127.0.0.1', '10.2.0.1', '::1', '::ffff:127.0.0.1', 'fd12::1']) expect(await through(open, address)).toBe(true);
    for (const policy of [open, some])
      for (const address of ['169.254.169.254', '0.0.0.0', '::', '224.0.0.1']) expect(await through(policy, address)).toBe(false);
    const one: EgressPolicy = { privateAllowed: false, allowed: [range('10.1.0.0/16'), range('fd12::/32')] };
    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', 'fd12::5']) expect(await through(one, address)).toBe(true);
    for (const address of ['10.2.2.3', '127.0.0.1', 'fd13::5']) expect(await through(one, address)).toBe(false);
  });

  it('treats this machine as private, whatever network its addresses are in', async () => {
    const own = (): string[] => ['203.0.113.7', '2001:db9::7', 'fe80::7%eth0'];
    const gate = (policy: EgressPolicy, ...addresses: string[]): Promise<string> => createEgress(policy, answering(...addresses), own)('h');
    for (const address of ['203.0.113.7', '::ffff:203.0.113.7', '64:ff9b::203.0.113.7', '2001:db9::7', '2001:db9:0::0007'])
      await expect(gate(closed, address)).rejects.toThrow(EgressRefusedError);
    await expect(gate(closed, '203.0.113.7', '203.0.113.8')).resolves.toBe('203.0.113.8');
    await expect(gate(open, '203.0.113.7')).resolves.toBe('203.0.113.7');
    await expect(gate({ privateAllowed: false, allowed: [range('203.0.113.7')] }, '203.0.113.7')).resolves.toBe('203.0.113.7');
    await expect(gate(open, 'fe80::7')).rejects.toThrow(EgressRefusedError);
  });

  it('asks this machine for its addresses', async () => {
    const own = Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));
    expect(own).toContain('127.0.0.1');
    for (const address of own) await expect(createEgress(closed, answering(address))('h')).rejects.toThrow(EgressRefusedError);
  });

  it('never leads where the operator denies it, whatever else is allowed', async () => {
    const denied = [range('203.0.113.0/24'), range('10.1.2.0/24'), range('2001:db9::/32')];
    for (const policy of [open, closed, { privateAllowed: true, allowed: [range('10.1.0.0/16'), range('203.0.113.9')] }]) {
      const gate = (...addresses: string[]): Promise<string> => createEgress({ ...policy, denied }, answering(...addresses))('h');
      for (const address of ['203.0.113.9', '::ffff:203.0.113.9', '10.1.2.3', '2001:db9::1'])
        await expect(gate(address)).rejects.toThrow(EgressRefusedError);
      await expect(gate('203.0.113.9', '203.0.114.9')).resolves.toBe('203.0.114.9');
    }
  });

  it.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '017700000001',
    '0177.0.0.1',
    '[::1]',
    '::ffff:127.0.0.1',
    'localhost',
    '0',
  ])('with the real resolver refuses %s, which is this machine', async (host) => {
    const outcome = await createEgress(closed)(host).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(Error);
  });

  it('with the real resolver finds this machine when that is allowed', async () => {
    await expect(createEgress(open)('127.0.0.1')).resolves.toBe('127.0.0.1');
    await expect(createEgress(open)('2130706433')).resolves.toBe('127.0.0.1');
  });

  it.each(['', ' ', '/var/run/postgresql', 'a b', 'host,other', 'user@host', 'http://host', 'host:5432', '\u0000', '-x', 'x'.repeat(255)])(
    'refuses %j, which is no host',
    async (host) => {
      await expect(createEgress(open, answering('8.8.8.8'))(host)).rejects.toThrow(EgressRefusedError);
    },
  );

  it('does not tell which addresses a refused name has', async () => {
    const refused = createEgress(closed, answering('10.9.8.7'))('db.internal');
    await expect(refused).rejects.toThrow(/^(?!.*10\.9\.8\.7).*db\.internal/);
  });
});
