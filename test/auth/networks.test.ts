import { describe, expect, test } from 'bun:test'
import { clientAddress, countedAs, letsIn, Networks } from '../../src/auth/networks.ts'

describe('networks', () => {
  test('hold the addresses inside them, of both families', () => {
    const networks = new Networks(['10.0.0.0/8', '2001:db8::/32', '192.0.2.7'])
    for (const inside of ['10.1.2.3', '2001:db8::1', '192.0.2.7', '::ffff:10.9.9.9']) {
      expect(networks.has(inside)).toBe(true)
    }
    for (const outside of ['11.0.0.1', '2001:db9::1', '192.0.2.8', '', 'host', '10.0.0.1.evil']) {
      expect(networks.has(outside)).toBe(false)
    }
  })

  test('of what is no network, the text is named', () => {
    expect(() => new Networks(['10.0.0.0/8', '10.0.0.0/33'])).toThrow("'10.0.0.0/33'")
    expect(() => new Networks(['db-3'])).toThrow("'db-3'")
  })

  test('a denied address is refused though it is allowed too', () => {
    const rule = { allow: new Networks(['10.0.0.0/8']), deny: new Networks(['10.6.0.0/16']) }
    expect(letsIn(rule, '10.1.0.1')).toBe(true)
    expect(letsIn(rule, '10.6.0.1')).toBe(false)
    expect(letsIn(rule, '192.0.2.1')).toBe(false)
    expect(letsIn({ allow: new Networks([]), deny: new Networks([]) }, '192.0.2.1')).toBe(true)
  })
})

describe('the address of a client', () => {
  const proxies = new Networks(['10.0.0.0/8'])

  test('is the socket where no proxy is trusted or it is none', () => {
    expect(clientAddress('192.0.2.1', '198.51.100.1', new Networks([]))).toBe('192.0.2.1')
    expect(clientAddress('192.0.2.1', '198.51.100.1', proxies)).toBe('192.0.2.1')
    expect(clientAddress('10.0.0.1', null, proxies)).toBe('10.0.0.1')
  })

  test('is the last one before the trusted proxies, whatever stands in front of it', () => {
    expect(clientAddress('10.0.0.1', '198.51.100.1', proxies)).toBe('198.51.100.1')
    expect(clientAddress('10.0.0.1', '127.0.0.1, 198.51.100.1', proxies)).toBe('198.51.100.1')
    expect(clientAddress('10.0.0.1', '198.51.100.1, 10.2.2.2', proxies)).toBe('198.51.100.1')
    expect(clientAddress('10.0.0.1', '10.3.3.3, 10.2.2.2', proxies)).toBe('10.3.3.3')
  })

  test('is the proxy that wrote no address', () => {
    expect(clientAddress('10.0.0.1', '198.51.100.1, unknown', proxies)).toBe('10.0.0.1')
    expect(clientAddress('10.0.0.1', '198.51.100.1, x, 10.2.2.2', proxies)).toBe('10.2.2.2')
  })
  test('has one spelling, and none that could be read in two ways', () => {
    expect(clientAddress('10.0.0.1', '::ffff:198.51.100.1', proxies)).toBe('198.51.100.1')
    expect(clientAddress('10.0.0.1', '2001:DB8:0::1', proxies)).toBe('2001:db8::1')
    for (const text of ['010.2.3.4', '0x7f.1', '127.1', '3325256705', '198.51.100.1:80', '']) {
      expect(clientAddress('10.0.0.1', text, proxies)).toBe('10.0.0.1')
    }
  })
})

test('limits count an IPv4 address however it is written, and an IPv6 one with its network', () => {
  expect(countedAs('198.51.100.1')).toBe('198.51.100.1')
  expect(countedAs('::ffff:198.51.100.1')).toBe('198.51.100.1')
  expect(countedAs('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64')
  expect(countedAs('2001:db8:1:2::')).toBe(countedAs('2001:db8:1:2:ffff::1'))
  expect(countedAs('2001:db8:1:3::1')).not.toBe(countedAs('2001:db8:1:2::1'))
  expect(countedAs('')).toBe('')
})
