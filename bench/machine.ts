import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { runLoad } from './load.ts'
import { Latencies } from './percentile.ts'
import { printResult, readOptions } from './result.ts'
import { cpuSecondsOf, makeDataDir } from './server-under-test.ts'

/*
 * Which machine is this, and what is the most it can do? Printed with every load figure, so that figures
 * of different machines, or of one machine on a noisy day, can be compared.
 */

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly kernel: string
  readonly bun: string
}

export function describeMachine(): Machine {
  const list = cpus()
  return {
    cpu: list[0]?.model ?? 'unknown',
    cores: list.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    bun: Bun.version,
  }
}

export interface Yardstick {
  readonly memcpyGBPerSecond: number
  readonly crc32GBPerSecond: number
  /** 500 B appended to a file that has its blocks already, then fdatasync. */
  readonly fdatasyncP50Ms: number
  readonly fdatasyncP99Ms: number
  /** Single events on 64 connections against a server that does nothing. */
  readonly echoPerSecond: number
  readonly echoCpuSecondsPerMillion: number
}

/** Takes about `seconds` + 1 s. */
export async function measureYardstick(seconds: number): Promise<Yardstick> {
  const disk = await measureSync()
  const echo = await measureEcho(seconds)
  return {
    memcpyGBPerSecond: measureCopy(),
    crc32GBPerSecond: measureCrc(),
    fdatasyncP50Ms: disk.p50,
    fdatasyncP99Ms: disk.p99,
    echoPerSecond: echo.perSecond,
    echoCpuSecondsPerMillion: echo.cpuSecondsPerMillion,
  }
}

const blockBytes = 16 << 20

function measureCopy(): number {
  const from = new Uint8Array(blockBytes).fill(7)
  const to = new Uint8Array(blockBytes)
  return gigabytesPerSecond(() => to.set(from))
}

function measureCrc(): number {
  const bytes = new Uint8Array(blockBytes).fill(7)
  return gigabytesPerSecond(() => void crc32(bytes))
}

function gigabytesPerSecond(once: () => void): number {
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < 12; i++) {
    const started = performance.now()
    once()
    best = Math.min(best, performance.now() - started)
  }
  return blockBytes / best / 1e6
}

async function measureSync(): Promise<{ p50: number; p99: number }> {
  const dir = await makeDataDir()
  const file = openSync(join(dir, 'yardstick'), 'w')
  const latencies = new Latencies()
  try {
    // Written once, so that the blocks exist and a sync writes no metadata.
    writeSync(file, new Uint8Array(1 << 20), 0, 1 << 20, 0)
    fdatasyncSync(file)
    const record = new Uint8Array(500).fill(7)
    for (let i = 0; i < 300; i++) {
      const started = performance.now()
      writeSync(file, record, 0, record.length, i * record.length)
      fdatasyncSync(file)
      latencies.add(performance.now() - started)
    }
  } finally {
    closeSync(file)
    await rm(dir, { recursive: true, force: true })
  }
  return latencies.summary()
}

async function measureEcho(seconds: number) {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'echo-server.ts')], {
    stdin: 'ignore',
    stdout: 'pipe',
  })
  try {
    const { value } = await child.stdout.getReader().read()
    const port = Number(/:(\d+)"/.exec(new TextDecoder().decode(value))?.[1])
    const before = await cpuSecondsOf(child.pid)
    const load = await runLoad({
      port,
      path: '/',
      format: 'json',
      encoding: 'none',
      batch: 1,
      connections: 64,
      distinctEvents: 10_000,
      events: null,
      seconds,
      rate: null,
    })
    const cpu = (await cpuSecondsOf(child.pid)) - before
    return {
      perSecond: load.events / load.seconds,
      cpuSecondsPerMillion: (cpu / load.events) * 1e6,
    }
  } finally {
    child.kill()
    await child.exited
  }
}

/** One result for the machine and its yardstick. */
export async function printMachine(json: boolean, smoke: boolean): Promise<void> {
  const yardstick = await measureYardstick(smoke ? 0.3 : 3)
  printResult(
    {
      bench: 'machine',
      name: 'machine and yardstick',
      figures: { ...describeMachine(), ...yardstick },
    },
    json,
  )
}

if (import.meta.main) {
  const options = readOptions(process.argv.slice(2), {})
  await printMachine(options.json, options.smoke)
}
