import { runExample } from 'example-simulated'
import { createApp } from './app.js'

/** Runs the same application with three simulated providers: no account is needed. */
runExample((settings, secret, port) => createApp(settings, secret).listen(port, 'localhost'))
