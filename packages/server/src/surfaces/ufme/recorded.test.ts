import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { form, picture, send, useUfmeRig, withKey } from '../../../../../test/contract/ufme-rig.ts'

useUfmeRig()

interface Pair {
  readonly what: string
  readonly request: { readonly path: string; readonly image?: true; readonly metadata?: object; readonly json?: object }
  readonly answer: { readonly status: number; readonly type: string; readonly body: string }
}

const file = new URL('../../../../../test/fixtures/wire/ufme.json', import.meta.url)

/** What stands for a number of ours, and how it is written. */
const placeholders: Readonly<Record<string, string>> = {
  score: '[01]\\.\\d{3}',
  quality: '[01]\\.\\d{2}',
  model: '[a-z0-9-]+',
}

const patternOf = (body: string): RegExp =>
  new RegExp(
    `^${body.replaceAll(/[.?+*^$()|[\]\\]/g, '\\$&').replaceAll(/\{(\w+)\}/g, (_, name) => placeholders[name]!)}$`,
  )

test('[UF1] the recorded calls are answered as they were, byte by byte but for numbers', async () => {
  for (const { what, request, answer } of JSON.parse(await readFile(file, 'utf8')) as readonly Pair[]) {
    const image = request.image ? await picture({ person: 5 }) : undefined
    const sent =
      request.json === undefined ? await form(image, request.metadata) : { body: request.json, headers: withKey() }
    const given = await send('POST', request.path.replace('/api/v1/', ''), sent)
    expect([given.status, given.headers.get('content-type')], what).toEqual([answer.status, answer.type])
    expect(given.text, what).toMatch(patternOf(answer.body))
  }
})
