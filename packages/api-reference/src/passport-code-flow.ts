export * from '../../passport-code-flow/src/index.js'
