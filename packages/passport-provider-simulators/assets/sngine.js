// Every form of the site is sent as AJAX; the answer says where the browser goes next. The listener
// is there before the forms: a test may click as soon as it sees a button.
document.addEventListener('submit', async (event) => {
  event.preventDefault()
  const form = event.target
  const note = form.querySelector('[role=alert]')
  const answer = await fetch(form.action, {
    method: 'POST',
    body: new URLSearchParams(new FormData(form)),
  })
    .then((response) => response.json())
    .catch(() => ({ message: 'The site did not answer. Try again.' }))
  if (answer.redirect_url) location.assign(answer.redirect_url)
  else if (answer.reload) location.reload()
  else if (note) note.textContent = answer.message
})
