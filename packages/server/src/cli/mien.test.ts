import { describe, expect, it, vi } from 'vitest'
import type { AdminClient } from './admin-client.ts'
import { createCli } from './mien.ts'

const id = '0190163d-8694-739b-aea5-966c26f8ad90'
const credentials = {
  application_id: id,
  public_id: 'mp_1',
  secret_key: 'ms_1',
  faceio: { api_key: 'f' },
  ticos: { terminal_secret: 't' },
  uqudo: { client_id: 'u', client_secret: 'v' },
  idaas: { application_id: 'i', shared_secret: 's' },
  ufme: { api_key: 'x' },
}

function setUp() {
  const admin = {
    createApplication: vi.fn(async () => credentials),
    listApplications: vi.fn(async () => []),
    deleteApplication: vi.fn(async () => {}),
    changeSettings: vi.fn(async () => ({ settings: { pin_enroll: 'optional' } }) as never),
    rotateKey: vi.fn(async () => ({ kind: 'ufme' as const, client_id: null, secret: 'new' })),
  } satisfies AdminClient
  const fetchModels = vi.fn(async () => {})
  let output = ''
  const run = async (...words: string[]) => {
    const write = (text: string) => {
      output += text
    }
    const program = createCli({ withAdmin: (work) => work(admin), fetchModels, write })
    const quiet = [program, ...program.commands, ...program.commands.flatMap((command) => command.commands)]
    for (const command of quiet) command.exitOverride().configureOutput({ writeErr: () => {} })
    await program.parseAsync(words, { from: 'user' })
    return output
  }
  return { admin, fetchModels, run }
}

describe('the command line', () => {
  it('prints one JSON object with the credentials of every dialect', async () => {
    const { admin, run } = setUp()
    const text = await run('app', 'create', '--name', 'Shop', '--origin', 'https://shop.example/path', '--json')
    expect(JSON.parse(text)).toEqual(credentials)
    expect(admin.createApplication).toHaveBeenCalledWith({ name: 'Shop', origins: ['https://shop.example'] })
  })

  it('prints the same credentials as text without --json', async () => {
    const text = await setUp().run('app', 'create', '--name', 'Shop')
    expect(text).toMatch(/^uqudo\.client_secret\s+v$/m)
  })

  it.each([
    [['app', 'create']],
    [['app', 'create', '--name', 'x', '--origin', 'nonsense']],
    [['app', 'create', '--name', 'x', '--origin', 'file:///x']],
    [['key', 'rotate', id, '--kind', 'unknown']],
    [['app', 'delete']],
    [['app', 'set', id]],
    [['app', 'set', id, 'unknown=1']],
    [['app', 'set', id, 'pad_threshold=2']],
    [['app', 'set', id, 'pin_enroll']],
    [['unknown']],
  ])('refuses %j without touching the server', async (words) => {
    const { admin, run } = setUp()
    await expect(run(...words)).rejects.toMatchObject({ exitCode: 1 })
    for (const call of Object.values(admin)) expect(call).not.toHaveBeenCalled()
  })

  it('rotates the secret key unless another credential is named', async () => {
    const { admin, run } = setUp()
    await run('key', 'rotate', id)
    await run('key', 'rotate', id, '--kind', 'ufme')
    expect(admin.rotateKey.mock.calls).toEqual([
      [id, 'secret_key'],
      [id, 'ufme'],
    ])
  })

  it('changes the settings that are named, as JSON or as plain text', async () => {
    const { admin, run } = setUp()
    await run('app', 'set', id, 'pin_enroll=optional', 'max_identify_gallery=500', 'pad_threshold=null')
    expect(admin.changeSettings).toHaveBeenCalledWith(id, {
      pin_enroll: 'optional',
      max_identify_gallery: 500,
      pad_threshold: null,
    })
  })

  it('fetches the models of a named pack', async () => {
    const { fetchModels, run } = setUp()
    await run('models', '--pack', 'standard')
    expect(fetchModels).toHaveBeenCalledWith('standard')
  })
})
