import { byId, onClick } from './page.ts'

/** https://wicg.github.io/manifest-incubations/: not in every browser. */
interface InstallEvent extends Event {
  prompt(): Promise<unknown>
}

/** A button of our own, where the browser offers to install the page. */
export function offerInstall(): void {
  let offered: InstallEvent | undefined
  const show = (event: InstallEvent | undefined) => {
    offered = event
    byId('install', HTMLElement).hidden = event === undefined
  }
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault()
    show(event as InstallEvent)
  })
  addEventListener('appinstalled', () => show(undefined))
  onClick('install', async () => {
    const asked = offered
    show(undefined)
    await asked?.prompt()
  })
}
