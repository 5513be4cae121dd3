/** Answers the parent's questions with these functions; ends with the parent. */
export function serve(methods) {
  process.on('message', ({ id, method, parameters }) => {
    const answer = async () => (method === 'ready' ? true : methods[method](...parameters))
    answer().then(
      (result) => process.send({ id, result }),
      (failure) => process.send({ id, error: String(failure?.stack ?? failure) }),
    )
  })
  process.once('disconnect', () => process.exit())
}
