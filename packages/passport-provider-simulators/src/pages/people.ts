import { html, type Markup } from './html.js'

/** Somebody to choose. */
export interface Person {
  key: string
  /** Address of a picture. */
  picture: string
  name: string
  /** What is special about this user, in a few words. */
  note: string
}

/** What a user lacks or has, as the note of a person. */
export function describePerson(marks: (string | false | undefined)[]): string {
  return marks.filter(Boolean).join(', ')
}

/** A list of links, one per person; the current one is marked. */
export function listPeople(
  people: Person[],
  current: string | undefined,
  addressOf: (person: Person) => string,
): Markup {
  return html`<ul class="people">${people.map(
    (person) => html`
<li><a class="person" href="${addressOf(person)}" ${
      person.key === current && html`aria-current="true"`
    }><img src="${person.picture}" alt="" width="40" height="40"><span><b>${person.name}</b>${
      person.note !== '' && html`<small>${person.note}</small>`
    }</span></a></li>`,
  )}
</ul>`
}
