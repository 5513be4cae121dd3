export * from '../../passport-provider-simulators/src/index.js'
