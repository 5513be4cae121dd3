import net from 'node:net'

/**
 * A network line with a delay in front of a port: returns the port to connect to. Each byte takes
 * `oneWay` ms. The client's first bytes also wait for the TCP handshake, because on one machine the
 * system answers it without delay.
 */
export async function startLine(port, oneWay) {
  const server = net.createServer((near) => {
    const far = net.connect(port, '127.0.0.1')
    const connected = performance.now() + 2 * oneWay
    const pass = (from, to, ready) => {
      const later = (act) =>
        setTimeout(() => act(), Math.max(ready - performance.now(), 0) + oneWay)
      from.on('data', (bytes) => later(() => to.write(bytes)))
      from.on('end', () => later(() => to.end()))
      from.on('error', () => to.destroy())
    }
    near.setNoDelay(true)
    far.setNoDelay(true)
    pass(near, far, connected)
    pass(far, near, 0)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server.address().port
}
