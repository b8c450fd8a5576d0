/** The elements of index.html by id. @throws Error when the page and this script do not fit together */
export function byId<E extends HTMLElement>(id: string, kind: new () => E): E {
  const found = document.getElementById(id)
  if (!(found instanceof kind)) throw new Error(`The page lacks #${id}`)
  return found
}

export const onClick = (id: string, act: () => unknown): void =>
  byId(id, HTMLButtonElement).addEventListener('click', () => void act())

/** Calls `act` with the text of the form's field instead of sending the form. */
export function onSubmit(formId: string, fieldId: string, act: (text: string) => unknown): void {
  byId(formId, HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    const text = byId(fieldId, HTMLInputElement).value.trim()
    if (text !== '') void act(text)
  })
}

export const say = (words: string): void => {
  byId('notice', HTMLElement).textContent = words
}
