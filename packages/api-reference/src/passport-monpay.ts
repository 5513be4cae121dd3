export * from '../../passport-monpay/src/index.js'
