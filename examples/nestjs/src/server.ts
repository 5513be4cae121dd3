import { randomBytes } from 'node:crypto'
import { startProviders } from 'example-simulated'
import { createApp } from './app.js'

async function main(): Promise<void> {
  const port = Number(process.env.PORT ?? 3000)
  const url = `http://localhost:${port}`
  const { settings, monpay, zalopay } = await startProviders(url)
  const app = await createApp(settings, randomBytes(32).toString('hex'))
  await app.listen(port, 'localhost')
  console.log(`${url}; MonPay's phone: ${monpay.url}; ZaloPay's app: ${zalopay.url}`)
}

void main()
