import { randomBytes } from 'node:crypto'
import { startProviders } from 'example-simulated'
import { createApp } from './app.js'
import { inCookie, inMemory } from './sessions.js'

async function main(): Promise<void> {
  const port = Number(process.env.PORT ?? 3000)
  const url = `http://localhost:${port}`
  const { settings, monpay, zalopay } = await startProviders(url)
  const sessions = process.env.SESSIONS === 'cookie' ? inCookie : inMemory
  const app = await createApp(settings, randomBytes(32).toString('hex'), sessions)
  await app.listen({ port })
  console.log(`${url}; MonPay's phone: ${monpay.url}; ZaloPay's app: ${zalopay.url}`)
}

void main()
