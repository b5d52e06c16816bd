/*
 * The yardstick of every load figure: a Bun.serve that reads each body and answers 202 without doing
 * anything. What the same driver reaches against it is the ceiling of this machine.
 */

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  reusePort: false,
  routes: {
    '/': {
      async POST(request) {
        const body = await request.arrayBuffer()
        return new Response(`{"bytes":${body.byteLength}}`, { status: 202 })
      },
    },
  },
})
process.stdout.write(`${JSON.stringify({ listening: `http://127.0.0.1:${server.port}` })}\n`)
