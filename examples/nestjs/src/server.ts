import { runExample } from 'example-simulated'
import { createApp } from './app.js'

runExample(async (settings, secret, port) => {
  const app = await createApp(settings, secret)
  await app.listen(port, 'localhost')
})
