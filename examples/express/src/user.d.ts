declare namespace Express {
  // What is in `req.user`.
  interface User {
    id: string
    name: string
  }
}
