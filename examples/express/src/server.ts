import { createApp } from './app.js'
import { readSettings } from './settings.js'

const { PORT = 3000, SESSION_SECRET = '' } = process.env
export const app = createApp(readSettings(process.env), SESSION_SECRET)
if (require.main === module) app.listen(PORT)
