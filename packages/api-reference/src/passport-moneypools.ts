export * from '../../passport-moneypools/src/index.js'
