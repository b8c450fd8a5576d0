import { afterEach, describe, expect, it, vi } from 'vitest'

class Script {
  constructor(readonly src: string) {}
}

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

type Widget = new (publicId: string) => { readonly ready: Promise<void>; enroll(): Promise<unknown> }

/** The `faceIO` that the script tag gives. */
async function loadScript(current: Script | null, scripts: readonly Script[]): Promise<Widget> {
  const page: { faceIO?: Widget } = {}
  vi.stubGlobal('window', page)
  vi.stubGlobal('HTMLScriptElement', Script)
  vi.stubGlobal('document', { currentScript: current, scripts })
  vi.stubGlobal('location', new URL('file:///shop/index.html'))
  await import('./global.ts')
  return page.faceIO!
}

/** Address that the script tag's `faceIO` loads the widget from, as the error says that comes of there being none. */
async function widgetAddress(current: Script | null, scripts: readonly Script[]): Promise<string> {
  const Widget = await loadScript(current, scripts)
  const failure: Error = await new Widget('public').ready.then(
    () => new Error('loaded'),
    (error) => error.cause,
  )
  return failure.message
}

describe('fio.js', () => {
  const own = new Script('file:///face/fio.js?v=1')
  const other = new Script('file:///shop/main.js')

  it('loads the widget from beside itself', async () => {
    expect(await widgetAddress(own, [other, own])).toContain('/face/widget.js')
  })

  it('finds itself by its name when it runs as a module, where no script is the current one', async () => {
    expect(await widgetAddress(null, [other, own])).toContain('/face/widget.js')
  })

  it('rejects with bare numbers where its address asks for them', async () => {
    const legacy = new Script('file:///face/fio.js?legacyErrors')
    await expect(new (await loadScript(legacy, []))('public').enroll()).rejects.toBe(12)
    vi.resetModules()
    await expect(new (await loadScript(own, []))('public').enroll()).rejects.toMatchObject({ code: 12 })
  })
})
