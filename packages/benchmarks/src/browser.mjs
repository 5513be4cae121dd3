import http from 'node:http'

/** A browser for an application: its cookies and one keep-alive connection. */
export function createBrowser(port) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  let cookie

  /** Returns the status of the answer and its redirect. */
  function visit({ url, body, origin }) {
    return new Promise((resolve, reject) => {
      const text = body && new URLSearchParams(body).toString()
      const headers = {
        accept: 'text/html',
        ...(cookie && { cookie }),
        ...(origin && { origin }),
        ...(text && {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': Buffer.byteLength(text),
        }),
      }
      const method = body ? 'POST' : 'GET'
      const req = http.request({ port, host: '127.0.0.1', path: url, method, headers, agent })
      req.once('error', reject)
      req.once('response', (res) => {
        res.resume()
        const [set] = res.headers['set-cookie'] ?? []
        if (set) cookie = set.slice(0, set.indexOf(';'))
        res.once('end', () => resolve({ status: res.statusCode, location: res.headers.location }))
        res.once('error', reject)
      })
      req.end(text)
    })
  }
  return { visit, forget: () => (cookie = undefined), close: () => agent.destroy() }
}
