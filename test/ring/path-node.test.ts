import { expect, test } from 'bun:test'
import { PathNode } from '../../src/ring/path-node.ts'

test('a name is a copy, also of a body that is a Buffer, whose slices are views', () => {
  const root = new PathNode(new Uint8Array(0), null)
  for (const body of [Buffer.from('user_id'), new TextEncoder().encode('order_id')]) {
    const node = root.add(body, 0, body.length)
    expect(node.name.byteLength).toBe(node.name.buffer.byteLength)
    const text = new TextDecoder().decode(node.name)
    body.fill(0)
    expect(new TextDecoder().decode(node.name)).toBe(text)
  }
})
