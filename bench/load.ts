import { join } from 'node:path'
import type { LoadMessage, LoadPlan, LoadResult } from './load-plan.ts'

/** A load process that has made its bodies and opened its connections. */
export interface PreparedLoad extends Disposable {
  run(): Promise<LoadResult>
}

/** The load runs in a process of its own, so that its work never counts as the server's. */
export async function prepareLoad(plan: LoadPlan): Promise<PreparedLoad> {
  const ready = Promise.withResolvers<void>()
  const result = Promise.withResolvers<LoadResult>()
  // Whoever waits sees the failure; the other promise must not count as unhandled.
  result.promise.catch(() => undefined)
  ready.promise.catch(() => undefined)
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'load-process.ts')], {
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
    serialization: 'json',
    ipc(message: LoadMessage) {
      if (message.kind === 'ready') ready.resolve()
      if (message.kind === 'result') result.resolve(message.result)
    },
  })
  void child.exited.then((code) => {
    const error = new Error(`the load process ended with ${code}`)
    ready.reject(error)
    result.reject(error)
  })
  child.send({ kind: 'plan', plan } satisfies LoadMessage)
  await ready.promise
  return {
    async run() {
      child.send({ kind: 'go' } satisfies LoadMessage)
      return result.promise
    },
    [Symbol.dispose]() {
      child.kill()
    },
  }
}

export async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  using load = await prepareLoad(plan)
  return await load.run()
}
