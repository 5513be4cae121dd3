import { runExample } from 'example-simulated'
import { createApp } from './app.js'

runExample((settings, secret, port) => createApp(settings, secret).listen(port, 'localhost'))
