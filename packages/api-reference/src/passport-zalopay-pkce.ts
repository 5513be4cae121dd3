export * from '../../passport-zalopay-pkce/src/index.js'
