/** The elements of index.html by id. @throws Error when the page and this script do not fit together */
export function byId<E extends HTMLElement>(id: string, kind: new () => E): E {
  const found = document.getElementById(id)
  if (!(found instanceof kind)) throw new Error(`The page lacks #${id}`)
  return found
}

export const say = (id: string, text: string): void => {
  byId(id, HTMLElement).textContent = text
}

export const onClick = (id: string, act: () => unknown): void =>
  byId(id, HTMLButtonElement).addEventListener('click', () => void act())
