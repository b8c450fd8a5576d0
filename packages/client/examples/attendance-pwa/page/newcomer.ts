import { byId } from './page.ts'

/** @returns undefined: they thought better of it */
export function askForName(): Promise<string | undefined> {
  const dialog = byId('newcomer', HTMLDialogElement)
  const field = byId('name', HTMLInputElement)
  field.value = ''
  dialog.returnValue = ''
  dialog.showModal()
  return new Promise((resolve) => {
    const closed = () => resolve(dialog.returnValue === 'go' ? field.value.trim() : undefined)
    dialog.addEventListener('close', closed, { once: true })
  })
}
