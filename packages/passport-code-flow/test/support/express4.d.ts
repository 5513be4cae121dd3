/** Express 4 beside Express 5, by another name. */
declare module 'express4' {
  import express = require('express')
  export default express
}
