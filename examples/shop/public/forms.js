// A second click on a button, while the answer is on its way, would send the form again: the first
// answer and its cookie would be lost.
addEventListener('submit', (event) => {
  const { dataset } = event.target
  if (dataset.sent) event.preventDefault()
  dataset.sent = 'yes'
  setTimeout(() => delete dataset.sent, 3000)
})
