type Attributes = Readonly<Record<string, string | boolean | undefined>>
type Child = Node | string | undefined

/** An element with attributes and children. Text goes in as text: nothing here ever parses HTML. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  return fitOut(document.createElement(tag), attributes, children)
}

export function svgElement<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  return fitOut(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children)
}

function fitOut<E extends Element>(target: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    target.setAttribute(name, value === true ? '' : value)
  }
  target.append(...children.filter((child) => child !== undefined))
  return target
}

export interface ButtonLook {
  readonly part: string
  readonly kind?: 'primary' | 'quiet'
}

export function button(label: string, { part, kind = 'quiet' }: ButtonLook, press: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button', class: `button ${kind}`, part: `button ${part}` }, label)
  made.addEventListener('click', press)
  return made
}

/** Changes text only when it differs, so that a screen reader does not hear it again. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text
}
