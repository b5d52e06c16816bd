import { expect, test } from 'bun:test'
import { Lanes } from '../../../src/client/forwarder/lanes.ts'

/** Work that ends when it is told to. */
function makeWork() {
  const begun: number[] = []
  const ends: (() => void)[] = []
  const work = (n: number) => (): Promise<void> => {
    begun.push(n)
    return new Promise((resolve) => ends.push(resolve))
  }
  return { begun, ends, work }
}

/** Lets everything run that does not wait for us. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('lanes keep the order of each, and take no more than they have room for', async () => {
  const { begun, ends, work } = makeWork()
  const lanes = new Lanes({ bytesMax: 100, countMax: 4 })
  await lanes.add('a', 10, work(1))
  await lanes.add('a', 10, work(2))
  await lanes.add('b', 10, work(3))
  let added = 0
  const more = (async () => {
    for (const n of [4, 5, 6]) {
      await lanes.add(`c${n}`, 10, work(n))
      added = n
    }
  })()
  await settled()
  // The fourth has begun, and whoever added it waits.
  expect({ begun, added }).toEqual({ begun: [1, 3, 4], added: 0 })
  ends.shift()?.()
  await settled()
  expect({ begun, added }).toEqual({ begun: [1, 3, 4, 2, 5], added: 4 })
  while (ends.length > 0) {
    ends.shift()?.()
    await settled()
  }
  await more
  await lanes.idle()
  expect(begun.toSorted()).toEqual([1, 2, 3, 4, 5, 6])
})

test('lanes take no more bytes than they have room for', async () => {
  const { begun, ends, work } = makeWork()
  const lanes = new Lanes({ bytesMax: 100, countMax: 10 })
  await lanes.add('a', 90, work(1))
  let isAdded = false
  const more = lanes.add('b', 20, work(2)).then(() => (isAdded = true))
  await settled()
  expect({ begun, isAdded }).toEqual({ begun: [1, 2], isAdded: false })
  ends.shift()?.()
  await more
  ends.shift()?.()
  await lanes.idle()
})
