// Fills the list of steps from server-sent events. The list's data attributes have the words.
const list = document.getElementById('steps')
const source = new EventSource('/auth/steps')

source.addEventListener('message', ({ data }) => {
  const { strategy, step, outcome, at } = JSON.parse(data)
  const starts = step === 'start' || (strategy === 'monpay' && step === 'callback')
  if (starts || !list.dataset.filled) list.replaceChildren()
  list.dataset.filled = 'yes'
  list.parentElement.open = true

  const item = document.createElement('li')
  const time = document.createElement('time')
  time.dateTime = at
  time.textContent = new Date(at).toLocaleTimeString(list.lang, { hourCycle: 'h23' })
  const end = document.createElement('span')
  end.className = outcome === 'ok' ? 'done' : 'failed'
  end.textContent =
    outcome === 'ok' ? list.dataset.ok : list.dataset.failed.replace('{code}', outcome)
  const words = list.getAttribute(`data-step-${step}`) ?? step
  item.append(time, ` ${strategy} · ${words} · `, end)
  list.append(item)
})

// After a reconnection the latest steps come once more.
source.addEventListener('open', () => list.removeAttribute('data-filled'))
addEventListener('pagehide', () => source.close())
