// Runs one case in an installed consumer; the last line that it prints is the result of each
// strategy.
const { CASES } = require('./cases.cjs')
const { checkLogin, startProviders } = require('./simulated/index.js')

const STRATEGIES = ['monpay', 'zalopay', 'moneypools']

async function main() {
  const { open, prefix = '' } = CASES[process.argv[2]]
  const providers = await startProviders(`http://shop.test${prefix}`)
  const app = await open(providers.settings)
  const results = {}
  for (const strategy of STRATEGIES) {
    const failed = (error) => `FAILED: ${error.message}`
    results[strategy] = await checkLogin(app.url, providers, strategy).then(() => 'ok', failed)
  }
  await app.close()
  await providers.close()
  console.log(JSON.stringify(results))
  process.exit()
}

void main()
