/** What an element's own properties are to its attributes. */

/** `appId` is `app-id` as an attribute. */
export const attributeName = (property: string): string =>
  property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

interface Kind {
  readonly read: (element: Element, attribute: string) => unknown
  readonly write: (element: Element, attribute: string, value: unknown) => void
}

function setOrRemove(element: Element, attribute: string, text: string | null): void {
  if (text === null) element.removeAttribute(attribute)
  else element.setAttribute(attribute, text)
}

const numberOf = (text: string | null): number | null => (text === null || text.trim() === '' ? null : Number(text))

export const kinds = {
  text: {
    read: (element, attribute) => element.getAttribute(attribute) ?? '',
    write: (element, attribute, value) => setOrRemove(element, attribute, value == null ? null : String(value)),
  },
  flag: {
    read: (element, attribute) => element.hasAttribute(attribute),
    write: (element, attribute, value) => void element.toggleAttribute(attribute, Boolean(value)),
  },
  number: {
    read: (element, attribute) => numberOf(element.getAttribute(attribute)),
    write: (element, attribute, value) => setOrRemove(element, attribute, value == null ? null : String(value)),
  },
} as const satisfies Record<string, Kind>

/** Gives a class properties that live in attributes, so that HTML and scripts say the same. */
export function reflect(prototype: Element, properties: Readonly<Record<string, keyof typeof kinds>>): void {
  for (const [property, kind] of Object.entries(properties)) {
    const attribute = attributeName(property)
    Object.defineProperty(prototype, property, {
      configurable: true,
      enumerable: true,
      get(this: Element) {
        return kinds[kind].read(this, attribute)
      },
      set(this: Element, value: unknown) {
        kinds[kind].write(this, attribute, value)
      },
    })
  }
}
