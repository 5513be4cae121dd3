import { html, type Markup } from './html.js'

/** A user in a list to choose from. */
export interface Person {
  key: string
  /** Address of a picture. */
  picture: string
  name: string
  /** What is special about this user, in a few words. */
  note: string
  /** True for a user who shows what can go wrong: a name with markup, no name, a refusal. */
  isForTests: boolean
}

/** The note of a person: what is special about a user, in one text. */
export function describePerson(marks: (string | false | undefined)[]): string {
  return marks.filter(Boolean).join(', ')
}

/** The list of ordinary people; below it, under a heading, the list of those for tests. */
export function groupPeople<P extends Pick<Person, 'isForTests'>>(
  people: P[],
  list: (people: P[]) => Markup,
): Markup {
  const ordinary = people.filter(({ isForTests }) => !isForTests)
  const others = people.filter(({ isForTests }) => isForTests)
  return html`${ordinary.length > 0 && list(ordinary)}${
    others.length > 0 && html`<h2>For tests</h2>${list(others)}`
  }`
}

/** True for a name that a page must escape, and for an empty name. */
export function isUnusualName(name: string): boolean {
  return name === '' || /[<>&]/.test(name)
}

/** Lists of links, one per person; the current one is marked. */
export function listPeople(
  people: Person[],
  current: string | undefined,
  addressOf: (person: Person) => string,
): Markup {
  return groupPeople(
    people,
    (group) => html`<ul class="people">${group.map(
      (person) => html`
<li><a class="person" href="${addressOf(person)}" ${
        person.key === current && html`aria-current="true"`
      }><img src="${person.picture}" alt="" width="40" height="40"><span><b>${person.name}</b>${
        person.note !== '' && html`<small>${person.note}</small>`
      }</span></a></li>`,
    )}
</ul>`,
  )
}
