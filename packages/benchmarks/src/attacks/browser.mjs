import http from 'node:http'

/** A browser of its own at the application: keeps its cookie, follows nothing, waits `patience` ms. */
export function createVisitor(port, patience = 4000) {
  let cookie

  /** The answer's JSON; for a redirect `{ action: 'redirect', location }`, for silence `hangs`. */
  function visit(path, { method = 'GET', headers = {}, form } = {}) {
    const body = form && new URLSearchParams(form).toString()
    const sent = {
      ...(cookie && { cookie }),
      ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...headers,
    }
    return new Promise((resolve) => {
      const options = { port, host: '127.0.0.1', path, method, headers: sent, agent: false }
      const req = http.request(options, (res) => {
        const [set] = res.headers['set-cookie'] ?? []
        if (set) cookie = set.slice(0, set.indexOf(';'))
        let text = ''
        res.setEncoding('utf8')
        res.on('data', (chunk) => (text += chunk))
        res.on('error', () => end({ action: 'crash' }))
        res.on('end', () => end(read(res, text)))
      })
      const timer = setTimeout(() => {
        end({ action: 'hang' })
        req.destroy()
      }, patience)
      const end = (answer) => {
        clearTimeout(timer)
        resolve(answer)
      }
      req.on('error', () => end({ action: 'crash' }))
      req.end(body)
    })
  }
  return { visit, cookie: () => cookie, wear: (other) => (cookie = other) }
}

function read(res, text) {
  const { location } = res.headers
  if (location) return { action: 'redirect', location }
  try {
    return JSON.parse(text)
  } catch {
    return { action: 'other', status: res.statusCode }
  }
}
