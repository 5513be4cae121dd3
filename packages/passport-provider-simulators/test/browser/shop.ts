import type { IncomingMessage } from 'node:http'
import { keep } from '../../../../test/keep'
import { listen } from '../../../../test/server'

/** An app: answers every address with a small page and keeps what arrived. */
export async function openShop(body = '', policy = '') {
  const visits: IncomingMessage[] = []
  const { url } = await keep(
    listen((request, response) => {
      if (request.url !== '/favicon.ico') visits.push(request)
      response.setHeader('content-type', 'text/html; charset=utf-8')
      if (policy) response.setHeader('content-security-policy', policy)
      response.end(
        `<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,"><main><h1>Shop</h1></main>${body}</html>`,
      )
    }),
  )
  return { url, visits }
}
