import { expect, test } from 'bun:test'
import type { CredentialOf } from '../../src/auth/credential.ts'
import { Passwords } from '../../src/auth/passwords.ts'

const rounds = 12

async function ada(): Promise<CredentialOf<'password'>> {
  return {
    kind: 'password',
    name: 'ada',
    hash: await Passwords.hash('correct horse battery'),
    grants: { write: null, read: 'all', admin: false },
    createdMs: 0,
    expiresMs: null,
    revokedMs: null,
    networks: [],
  }
}

test('an unknown user costs as much as a wrong password', async () => {
  const passwords = new Passwords(() => 0)
  const known = await ada()
  await passwords.check(null, 'the first unknown one')
  const spent = { known: 0, unknown: 0 }
  // In turn, so that a busy machine slows both. CPU time, not time: others may run between.
  for (let round = 0; round < rounds; round++) {
    for (const [which, credential] of [
      ['known', known],
      ['unknown', null],
    ] as const) {
      const before = process.cpuUsage()
      expect(await passwords.check(credential, `guess ${round}`)).toBe(false)
      const { user, system } = process.cpuUsage(before)
      spent[which] += user + system
    }
  }
  expect(spent.unknown / spent.known).toBeGreaterThan(0.6)
  expect(spent.unknown / spent.known).toBeLessThan(1.6)
})

test('as many passwords are checked at once as the bound says, and the others are told to come again', async () => {
  const passwords = new Passwords(() => 0)
  const known = await ada()
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) => passwords.check(i % 2 === 0 ? known : null, `guess ${i}`)),
  )
  expect(answers.filter((answer) => answer === null)).toHaveLength(40 - 32)
  expect(answers.filter((answer) => answer === false)).toHaveLength(32)
  expect(await passwords.check(known, 'correct horse battery')).toBe(true)
})

test('a right password is remembered, and no other is taken for it', async () => {
  const passwords = new Passwords(() => 0)
  const known = await ada()
  expect(await passwords.check(known, 'correct horse battery')).toBe(true)
  expect(await passwords.check(known, 'correct horse batterx')).toBe(false)
  expect(await passwords.check(null, 'correct horse battery')).toBe(false)
  expect(
    await passwords.check({ ...known, hash: await Passwords.hash('new') }, 'correct horse battery'),
  ).toBe(false)
})

test('of many who come at once with the same right password only the first is checked', async () => {
  let checks = 0
  const passwords = new Passwords(
    () => 0,
    (password, hash) => {
      checks++
      return Bun.password.verify(password, hash)
    },
  )
  const known = await ada()
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => passwords.check(known, 'correct horse battery')),
  )
  expect(answers).toEqual(Array.from({ length: 20 }, () => true))
  expect(checks).toBe(1)
})
