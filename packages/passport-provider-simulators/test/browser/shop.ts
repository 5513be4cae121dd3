import type { IncomingMessage } from 'node:http'
import { listen, type Listening } from '../../../../test/server'

const shops: Listening[] = []

/** An app: answers every address with a small page and keeps what arrived. */
export async function openShop(
  page: (url: string) => { body: string; policy: string } = () => ({ body: '', policy: '' }),
): Promise<{ url: string; visits: IncomingMessage[] }> {
  const visits: IncomingMessage[] = []
  const shop = await listen((request, response) => {
    if (request.url !== '/favicon.ico') visits.push(request)
    const { body, policy } = page(request.url ?? '')
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      ...(policy && { 'content-security-policy': policy }),
    })
    response.end(
      `<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,"><main><h1>Shop</h1></main>${body}</html>`,
    )
  })
  shops.push(shop)
  return { url: shop.url, visits }
}

/** Closes every app that `openShop` opened. */
export async function closeShops(): Promise<void> {
  for (const shop of shops.splice(0)) await shop.close()
}
