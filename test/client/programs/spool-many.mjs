/* Logs numbered events to a spool for ever, and says every now and then which call has returned. */

const [, , client, text] = process.argv
const { name, ...options } = JSON.parse(text)
const { createLogger } = await import(`${client}/client/logger.js`)

const log = createLogger({ facility: name, ...options })
let n = 0
function some() {
  for (let i = 0; i < 50; i++) log.info('order placed', { n: ++n, text: 'x'.repeat(n % 300) })
  process.stdout.write(`returned ${n}\n`)
  setTimeout(some, 1)
}
some()
