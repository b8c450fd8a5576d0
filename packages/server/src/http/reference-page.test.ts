import { expect, test } from 'vitest'
import { createReferencePage } from './reference-page.ts'

const app = createReferencePage()
const get = (path: string) => app.request(path)

test('[NA8] the reference page comes from this server alone, under the policy of our own pages', async () => {
  const page = await get('/reference/')
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
  const html = await page.text()
  expect(html).not.toMatch(/https?:|\sstyle=|<style|<script>/)
  const named = [...html.matchAll(/(?:src|href)="([^":]+)"/g)].map(([, name]) => name!)
  expect(named).toHaveLength(4)
  for (const name of named) {
    const file = await get(`/reference/${name}`)
    expect([name, file.status, file.headers.get('x-content-type-options')]).toEqual([name, 200, 'nosniff'])
  }
})

test('[NA8] no badge asks another server what it thinks of the description', async () => {
  expect(await (await get('/reference/reference.js')).text()).toContain('validatorUrl: null')
})

test('[NA8] only the files of the viewer that the page needs are there', async () => {
  for (const path of ['/reference/package.json', '/reference/index.html', '/reference/..%2fpackage.json']) {
    expect((await get(path)).status).toBe(404)
  }
  expect((await get('/reference')).headers.get('location')).toBe('/reference/')
})
