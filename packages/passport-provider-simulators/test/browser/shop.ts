import { createServer, type IncomingMessage, type Server } from 'node:http'
import { pick } from '../support'

const shops: Server[] = []

/** An app: answers every address with a small page and keeps what arrived. */
export async function openShop(
  page: (url: string) => { body: string; policy: string } = () => ({ body: '', policy: '' }),
): Promise<{ url: string; visits: IncomingMessage[] }> {
  const visits: IncomingMessage[] = []
  const shop = createServer((request, response) => {
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
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${String(pick(shop.address(), 'port'))}`, visits }
}

/** Closes every app that `openShop` opened. */
export function closeShops(): void {
  for (const shop of shops.splice(0)) {
    shop.close()
    shop.closeAllConnections()
  }
}
