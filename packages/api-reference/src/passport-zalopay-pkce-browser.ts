export * from '../../passport-zalopay-pkce/src/browser.js'
