import type { MinutebookServer } from '../../src/server.ts'
import {
  clockAt,
  minuteMs,
  startInProcess,
  tempDirectory,
  type TurnedClock,
} from '../server/in-process.ts'
import {
  lately,
  latelyMs,
  longAgo,
  longAgoMs,
  shopMinute,
  type ShopOptions,
} from './shop-events.ts'

/** A server in this process whose book holds a shop's minutes, on a clock that is turned. */
export class ShopServer implements AsyncDisposable {
  readonly url: string
  readonly #server: MinutebookServer
  readonly #clock: TurnedClock
  readonly #shop: ShopOptions
  readonly #remove: () => void
  #next = 0

  private constructor(parts: {
    server: MinutebookServer
    clock: TurnedClock
    shop: ShopOptions
    remove: () => void
  }) {
    this.url = parts.server.url
    this.#server = parts.server
    this.#clock = parts.clock
    this.#shop = parts.shop
    this.#remove = parts.remove
  }

  /** `isOld`: it has logged its usual events a day before, so that only what is new is new. */
  static async start(
    shop: ShopOptions,
    flags: readonly string[] = [],
    { isOld = false } = {},
  ): Promise<ShopServer> {
    const directory = tempDirectory()
    const clock = clockAt(isOld ? shop.startMs - longAgoMs : shop.startMs)
    const server = await startInProcess(directory.path, clock, flags)
    const remove = (): void => directory[Symbol.dispose]()
    const started = new ShopServer({ server, clock, shop, remove })
    if (isOld) {
      await started.log(longAgo(shop.startMs))
      started.turn(shop.startMs - latelyMs - clock.wallMs)
      await started.log(lately(shop.startMs))
      started.turn(shop.startMs - clock.wallMs)
    }
    for (let index = 0; index < shop.minutes; index++) await started.nextMinute()
    return started
  }

  /** What the server's clock reads, ms since the epoch. */
  get nowMs(): number {
    return this.#clock.wallMs
  }

  /** Posts the events of the open minute and closes it. */
  async nextMinute(): Promise<void> {
    await this.log(shopMinute(this.#next++, this.#shop))
    await this.closeMinute()
  }

  async closeMinute(): Promise<void> {
    this.turn(minuteMs)
    await this.#server.closeDue()
  }

  turn(ms: number): void {
    this.#clock.wallMs += ms
    this.#clock.monotonicMs += ms
  }

  async log(events: readonly object[]): Promise<void> {
    const response = await fetch(`${this.url}/api/v1/eventlog`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(events),
    })
    if (response.status !== 202) throw new Error(`not accepted: ${await response.text()}`)
  }

  async json(path: string): Promise<unknown> {
    return (await fetch(`${this.url}/api/v1${path}`)).json()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop()
    this.#remove()
  }
}
