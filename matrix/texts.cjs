/** Throws unless the texts that the packages load later are in the package or the bundle. */
exports.checkTexts = ({ failureMessage, launchPage }) => {
  const page = launchPage({
    sdkURL: 'https://sdk.example/sdk.js',
    callbackURL: 'https://app.example/callback',
  })
  for (const language of ['mn', 'ru', 'vi']) {
    if (failureMessage('no_code', language) === failureMessage('no_code'))
      throw new Error(`failureMessage has no text in ${language}`)
    let text = ''
    const response = { setHeader() {}, removeHeader() {}, end: (sent) => (text = sent) }
    page({ url: '/', headers: { 'accept-language': language } }, response)
    if (!text.includes(`<html lang="${language}">`) || text.includes('This request is wrong'))
      throw new Error(`the launch page has no text in ${language}`)
  }
}
