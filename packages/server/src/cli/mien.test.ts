import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ApplicationSettings } from '@mien/shared/api/applications'
import type { GalleryStats } from '@mien/shared/api/galleries'
import type { KeyRenewal } from '@mien/shared/api/stored-keys'
import type { OfflineDevice } from '@mien/shared/api/sync'
import { MienError } from '@mien/shared/errors'
import { describe, expect, it, vi } from 'vitest'
import type { GraphProgress } from '../db/hnsw-build.ts'
import type { RecallReport } from '../db/hnsw-recall.ts'
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

const webhook = {
  webhook_id: '0190163d-8694-739b-aea5-966c26f8ad91',
  url: 'https://shop.example/hook',
  events: ['auth' as const],
  casing: 'lower' as const,
  include_payload: false,
  status: 'active' as const,
  failing_since: null,
  pending: 0,
  created_at: '2026-11-21T12:00:00.000Z',
}
const delivery = {
  delivery_id: '0190163d-8694-739b-aea5-966c26f8ad92',
  event: 'auth' as const,
  facial_id: null,
  state: 'pending' as const,
  attempts: 2,
  last_attempt_at: null,
  last_status: 503,
  last_error: 'status' as const,
  delivered_at: null,
  created_at: '2026-11-21T12:00:00.000Z',
}

const key = {
  credential_id: '0191',
  kind: 'ufme' as const,
  name: 'default',
  client_id: null,
  gallery: 'default',
  scopes: [],
  created_at: '2026-11-21T12:00:00.000Z',
}

const signingKey = {
  key_id: 'k1',
  state: 'signing' as const,
  created_at: '2026-11-21T12:00:00.000Z',
  signs_from: '2026-11-21T12:00:00.000Z',
  leaves_at: null,
}

const renewed = { key_version: 2, is_done: true, damaged: [], damaged_count: 0, failure: null }

const kiosk: OfflineDevice = {
  device_id: 'd1',
  kind: 'kiosk',
  label: 'Entrance',
  gallery: 'staff',
  facial_id: null,
  status: 'active',
  key_id: 'k',
  created_at: '2026-11-21T12:00:00.000Z',
  registered_at: '2026-11-21T12:00:00.000Z',
  revoked_at: null,
  last_seen_at: '2026-11-21T12:30:00.000Z',
  current_at: null,
  epoch: 2,
  applied_epoch: 1,
  forked: false,
  last_seq: 9,
  missing_events: 0,
}

const galleryFacts: GalleryStats = {
  name: 'default',
  subjects: 90_000,
  created_at: '2026-11-21T12:00:00.000Z',
  search_engine: 'auto',
  hnsw_ef_search: null,
  faces: 180_000,
  engine: 'memory',
  reason: 'fits',
  memory_bytes: 100 * 2 ** 20,
  graph: { state: 'ready', bytes: 300 * 2 ** 20 },
}

const recallReport: RecallReport = {
  faces: 180_000,
  probes: 200,
  cosine: 0.601,
  engines: [
    { engine: 'database', p50Ms: 70, p99Ms: 90, sameFace: 200, samePerson: 200 },
    { engine: 'hnsw', p50Ms: 4.25, p99Ms: 9, sameFace: 196, samePerson: 199 },
  ],
  left: [{ engine: 'memory', reason: 'off' }],
}

function setUp() {
  const admin = {
    createApplication: vi.fn(async () => credentials),
    listApplications: vi.fn(async () => []),
    deleteApplication: vi.fn(async () => {}),
    changeSettings: vi.fn(async () => ({ settings: { pin_enroll: 'optional' } }) as never),
    issueKey: vi.fn(async () => ({ ...key, secret: 'new' })),
    listKeys: vi.fn(async () => [key, { ...key, kind: 'uqudo' as const, name: 'gate-2', scopes: ['face:search'] }]),
    removeKey: vi.fn(async () => {}),
    listSigningKeys: vi.fn(async () => [signingKey]),
    rotateSigningKey: vi.fn(async () => [{ ...signingKey, leaves_at: '2026-11-21T13:10:00.000Z' }]),
    renewKeys: vi.fn(async () => ({ ...renewed, is_done: false })),
    keyRenewal: vi.fn(async (): Promise<KeyRenewal> => renewed),
    rotateMasterKey: vi.fn(async () => 7),
    runRetention: vi.fn(async () => 3),
    auditHeads: vi.fn(async () => []),
    verifyAudit: vi.fn(async () => Promise.reject(new Error('not asked for'))),
    inviteKiosk: vi.fn(async () => ({
      ...kiosk,
      registration_code: 'code',
      code_expires_at: '2026-11-21T13:00:00.000Z',
    })),
    listOfflineDevices: vi.fn(async () => [kiosk, { ...kiosk, label: null, forked: true, missing_events: 3 }]),
    revokeOfflineDevice: vi.fn(async () => {}),
    listGalleries: vi.fn(async () => [galleryFacts, { ...galleryFacts, name: 'staff', graph: null }]),
    changeGallery: vi.fn(async () => ({ ...galleryFacts, search_engine: 'hnsw' as const, hnsw_ef_search: 400 })),
    addWebhook: vi.fn(async () => ({ ...webhook, signing_secret: 'whsec_1', bearer_token: 'b1' })),
    listWebhooks: vi.fn(async () => [{ ...webhook, failing_since: '2026-11-21T12:00:00.000Z', pending: 3 }]),
    removeWebhook: vi.fn(async () => {}),
    webhookLog: vi.fn(async () => [delivery]),
    replayWebhook: vi.fn(async () => delivery),
  } satisfies AdminClient
  const fetchModels = vi.fn(async () => {})
  const graphs = {
    optimize: vi.fn(async (_id: string, _name: string, how: { onProgress?: (progress: GraphProgress) => void }) => {
      for (const done of [0, 1, 90_000, 90_001, 180_000])
        how.onProgress?.({ modelId: 'm', phase: 'loading', done, faces: 180_000 })
      return [{ modelId: 'm', faces: 180_000, bytes: 300 * 2 ** 20, seconds: 61.25, outcome: 'built' as const }]
    }),
    drop: vi.fn(async () => 1),
    close: vi.fn(async () => {}),
  }
  const openGraphs = vi.fn(() => graphs)
  const measureRecall = vi.fn(async () => recallReport)
  let output = ''
  const run = async (...words: string[]) => {
    const write = (text: string) => {
      output += text
    }
    const program = createCli({ withAdmin: (work) => work(admin), fetchModels, openGraphs, measureRecall, write })
    const quiet = [program, ...program.commands, ...program.commands.flatMap((command) => command.commands)]
    for (const command of quiet) command.exitOverride().configureOutput({ writeErr: () => {} })
    await program.parseAsync(words, { from: 'user' })
    return output
  }
  return { admin, fetchModels, graphs, openGraphs, measureRecall, run }
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

  it('replaces the keys of an application and waits until it is done, and the master key', async () => {
    const { admin, run } = setUp()
    expect(await run('keys', 'rekey', id)).toContain('key version 2')
    expect(admin.keyRenewal).toHaveBeenCalledWith(id)
    expect(await setUp().run('keys', 'rotate-master')).toContain('7 keys')
  })

  it('[KE6] names what does not open when keys are replaced, and exits with 1', async () => {
    const { admin, run } = setUp()
    const damaged = [{ column: 'subjects.payload', id }]
    admin.keyRenewal.mockResolvedValue({ key_version: 2, is_done: false, damaged, damaged_count: 1, failure: null })
    expect(await run('keys', 'rekey', id)).toMatch(new RegExp(`1 values .* do not open[^]*subjects.payload  ${id}`))
    expect(process.exitCode).toBe(1)
    process.exitCode = undefined
  })

  it('[KE6] ends with the error that stopped the renewal, and exits with 1', async () => {
    const { admin, run } = setUp()
    const going = { key_version: 2, is_done: false, damaged: [], damaged_count: 0, failure: null }
    admin.keyRenewal.mockResolvedValueOnce(going)
    admin.keyRenewal.mockResolvedValue({ ...going, failure: 'database_unavailable' })
    expect(await run('keys', 'rekey', id)).toMatch(/not replaced yet.*database_unavailable/)
    expect(process.exitCode).toBe(1)
    process.exitCode = undefined
  })

  it('[PV4] erases whose time is over, and confirms the clock when it is told to', async () => {
    const { admin, run } = setUp()
    expect(await run('retention', 'run')).toContain('3 people')
    expect(admin.runRetention).toHaveBeenLastCalledWith({})
    await run('retention', 'run', '--confirm')
    expect(admin.runRetention).toHaveBeenLastCalledWith({ confirm: true })
  })

  it.each([
    [['app', 'create']],
    [['app', 'create', '--name', 'x', '--origin', 'nonsense']],
    [['app', 'create', '--name', 'x', '--origin', 'file:///x']],
    [['key', 'rotate', id, '--kind', 'unknown']],
    [['key', 'create', id, '--kind', 'ticos']],
    [['key', 'create', id, '--name', 'gate-2']],
    [['key', 'create', id, '--kind', 'ticos', '--name', 'gate 2']],
    [['key', 'create', id, '--kind', 'ticos', '--name', 'gate-2', '--gallery', 'Staff']],
    [['key', 'create', id, '--kind', 'uqudo', '--name', 'desk', '--scope', 'everything']],
    [['key', 'remove', id]],
    [['app', 'delete']],
    [['app', 'set', id]],
    [['app', 'set', id, 'unknown=1']],
    [['app', 'set', id, 'pad_threshold=2']],
    [['app', 'set', id, 'pin_enroll']],
    [['unknown']],
    [['webhook', 'add', id]],
    [['webhook', 'add', id, '--url', 'https://shop.example', '--event', 'retry']],
    [['webhook', 'add', id, '--url', 'https://shop.example', '--casing', 'Title']],
    [['webhook', 'log', id, webhook.webhook_id, '--limit', '101']],
    [['webhook', 'replay', id, webhook.webhook_id]],
  ])('refuses %j without touching the server', async (words) => {
    const { admin, run } = setUp()
    await expect(run(...words)).rejects.toMatchObject({ exitCode: 1 })
    for (const call of Object.values(admin)) expect(call).not.toHaveBeenCalled()
  })

  it('rotates the secret key unless another credential is named', async () => {
    const { admin, run } = setUp()
    await run('key', 'rotate', id)
    await run('key', 'rotate', id, '--kind', 'ufme')
    expect(admin.issueKey.mock.calls).toEqual([
      [id, { kind: 'secret_key' }],
      [id, { kind: 'ufme' }],
    ])
  })

  it('AS6, AS7: replaces the key that signs, and says until when the old one is published', async () => {
    const { admin, run } = setUp()
    expect(await run('keys', 'list-signing')).toBe('k1  signing  signs from 2026-11-21T12:00:00.000Z\n')
    expect(await run('keys', 'rotate-signing')).toContain(', published until 2026-11-21T13:10:00.000Z\n')
    await run('keys', 'rotate-signing', '--compromised', '--json')
    expect(admin.rotateSigningKey.mock.calls).toEqual([[{ compromised: false }], [{ compromised: true }]])
  })

  it('makes a credential for one terminal and gallery, lists them and removes one', async () => {
    const { admin, run } = setUp()
    const words = ['--kind', 'uqudo', '--name', 'gate-2', '--gallery', 'staff', '--scope', 'face:search', 'face:match']
    expect(await run('key', 'create', id, ...words)).toMatch(/^0191 {2}ufme {2}default {2}default\nsecret {5}new\n$/)
    expect(admin.issueKey).toHaveBeenCalledWith(id, {
      kind: 'uqudo',
      name: 'gate-2',
      gallery: 'staff',
      scopes: ['face:search', 'face:match'],
    })
    expect(await run('key', 'list', id)).toContain('0191  uqudo  gate-2  default  face:search\n')
    await run('key', 'remove', id, '0191')
    expect(admin.removeKey).toHaveBeenCalledWith(id, '0191')
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

  it('[WH13] adds a webhook and prints its secrets', async () => {
    const { admin, run } = setUp()
    const text = await run('webhook', 'add', id, '--url', webhook.url, '--event', 'auth', 'auth_failed', '--payload')
    expect(admin.addWebhook).toHaveBeenCalledWith(id, {
      url: webhook.url,
      events: ['auth', 'auth_failed'],
      include_payload: true,
    })
    expect(text).toBe(`${webhook.webhook_id}\nsigning_secret  whsec_1\nbearer_token    b1\n`)
  })

  it('[WH13] lists webhooks, reads the log, replays and removes', async () => {
    const { admin, run } = setUp()
    expect(await run('webhook', 'list', id)).toContain('failing since 2026-11-21T12:00:00.000Z  3 waiting')
    expect(await run('webhook', 'log', id, webhook.webhook_id)).toContain('auth  pending  2 attempts  503  status')
    await run('webhook', 'replay', id, webhook.webhook_id, delivery.delivery_id)
    await run('webhook', 'remove', id, webhook.webhook_id)
    expect(admin.webhookLog).toHaveBeenCalledWith(id, webhook.webhook_id, 20)
    expect(admin.replayWebhook).toHaveBeenCalledWith(id, webhook.webhook_id, delivery.delivery_id)
    expect(admin.removeWebhook).toHaveBeenCalledWith(id, webhook.webhook_id)
  })

  const consentTexts = [{ locale: 'de', purpose: 'Anmelden', text: 'Erster Absatz\nZweiter' }]
  const settings = {
    origins: ['["https://a.example"]', ['https://a.example']],
    prevent_duplicates: ['false', false],
    disclose_to_page: ['true', true],
    reject_empty_origin: ['false', false],
    countries: ['["DE","FR"]', ['DE', 'FR']],
    consent_required: ['true', true],
    policy_version: ['v2', 'v2'],
    consent_texts: [JSON.stringify(consentTexts), consentTexts],
    attributes: ['age_gate', 'age_gate'],
    minimum_age: ['21', 21],
    pad_threshold: ['null', null],
    pin_enroll: ['"off"', 'off'],
    pin_authenticate: ['always', 'always'],
    reject_weak_pins: ['false', false],
    unique_pins: ['true', true],
    passkeys: ['optional', 'optional'],
    reject_obscured: ['false', false],
    active_steps: ['2', 2],
    active_actions: ['["blink"]', ['blink']],
    max_subjects: ['1000', 1000],
    max_identify_gallery: ['500', 500],
    max_tries: ['3', 3],
    session_seconds: ['300', 300],
    min_assurance_enroll: ['A2', 'A2'],
    min_assurance_authenticate: ['A1', 'A1'],
    page_enroll: ['false', false],
    page_authenticate: ['false', false],
    device_keys: ['false', false],
    new_device: ['approval', 'approval'],
    flashes: ['false', false],
    spot_check_percent: ['5', 5],
    protection: ['sealed', 'sealed'],
    retention_days: ['null', null],
    failed_searches_per_hour: ['100', 100],
    offline: ['kiosk', 'kiosk'],
    offline_max_people: ['200', 200],
    offline_drafts: ['review', 'review'],
    retain_images: ['true', true],
    refuse_morphs: ['false', false],
    review_enrolments: ['true', true],
    activation_seconds: ['3600', 3600],
    uqudo_strict_delete: ['false', false],
    ufme_pad_threshold: ['null', null],
    ufme_quality_threshold: ['0.5', 0.5],
    ufme_on_existing: ['add', 'add'],
  } satisfies Record<keyof ApplicationSettings, [string, unknown]>

  it.each(Object.entries(settings))('sets %s', async (name, [text, value]) => {
    const { admin, run } = setUp()
    await run('app', 'set', id, `${name}=${text}`)
    expect(admin.changeSettings).toHaveBeenCalledWith(id, { [name]: value })
  })

  it('reads from a file what is too long to type', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mien-cli-'))
    try {
      const file = join(folder, 'texts.json')
      writeFileSync(file, JSON.stringify(consentTexts))
      const { admin, run } = setUp()
      await run('app', 'set', id, `consent_texts=@${file}`)
      expect(admin.changeSettings).toHaveBeenCalledWith(id, { consent_texts: consentTexts })
      writeFileSync(file, '[')
      await expect(run('app', 'set', id, `consent_texts=@${file}`)).rejects.toThrow(file)
      await expect(run('app', 'set', id, `consent_texts=@${folder}/none`)).rejects.toThrow(`${folder}/none`)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it.each([
    ['colour=red', /no setting "colour".*origins, .*session_seconds/],
    ['toString=1', /no setting "toString"/],
    ['pin_enroll', /Give pin_enroll a value/],
    ['pin_enroll=maybe', /pin_enroll.*"off"\|"optional"\|"required"/],
    ['pad_threshold=2', /pad_threshold.*<=1/],
    ['unique_pins=yes', /unique_pins.*expected boolean/],
    ['countries=DE', /countries.*expected array/],
    ['countries=["Germany"]', /countries\.0/],
    ['consent_texts=[{"locale":"de"}]', /consent_texts\.0\.purpose.*consent_texts\.0\.text/],
  ])('says what is wrong with %s', async (word, message) => {
    await expect(setUp().run('app', 'set', id, word)).rejects.toThrow(message)
  })

  it('makes a kiosk and prints its code, once', async () => {
    const { admin, run } = setUp()
    const printed = await run('kiosk', 'create', id, '--label', 'Entrance', '--gallery', 'staff')
    expect(admin.inviteKiosk).toHaveBeenCalledWith(id, { label: 'Entrance', gallery: 'staff' })
    expect(printed).toBe(
      'd1  kiosk  Entrance  staff  active\nregistration_code  code  until 2026-11-21T13:00:00.000Z\n',
    )
    await expect(setUp().run('kiosk', 'create', id)).rejects.toThrow('--label')
    await expect(setUp().run('kiosk', 'create', id, '--label', 'x', '--gallery', 'A B')).rejects.toThrow('--gallery')
  })

  it('lists the devices that work without the server, and revokes one', async () => {
    const { admin, run } = setUp()
    expect(await run('kiosk', 'list', id)).toBe(
      'd1  kiosk  Entrance  staff  active  seen 2026-11-21T12:30:00.000Z\n' +
        'd1  kiosk  staff  active  seen 2026-11-21T12:30:00.000Z  3 events missing  COPIED\n',
    )
    await setUp().run('kiosk', 'list', id, '--json')
    const revoked = setUp()
    expect(await revoked.run('kiosk', 'revoke', id, 'd1')).toBe('Revoked d1\n')
    expect(revoked.admin.revokeOfflineDevice).toHaveBeenCalledWith(id, 'd1')
    expect(admin.listOfflineDevices).toHaveBeenCalledWith(id)
  })

  it('[ST77] lists galleries with what searches them, and why', async () => {
    const { admin, run } = setUp()
    expect(await run('gallery', 'list', id)).toBe(
      'default  90000 people  180000 faces  searched by memory (fits)  100.0 MiB of memory  graph ready, 300.0 MiB\n' +
        'staff  90000 people  180000 faces  searched by memory (fits)  100.0 MiB of memory\n',
    )
    expect(admin.listGalleries).toHaveBeenCalledWith(id)
    expect(JSON.parse(await setUp().run('gallery', 'list', id, '--json'))).toHaveLength(2)
  })

  it('[ST70] chooses what searches a gallery', async () => {
    const { admin, run } = setUp()
    expect(await run('gallery', 'set', id, 'default', 'engine=hnsw', 'ef_search=400')).toBe(
      'default  90000 people  180000 faces  searched by memory (fits, set to hnsw)  100.0 MiB of memory  graph ready, 300.0 MiB  ef_search 400\n',
    )
    expect(admin.changeGallery).toHaveBeenCalledWith(id, 'default', { search_engine: 'hnsw', hnsw_ef_search: 400 })
    const back = setUp()
    await back.run('gallery', 'set', id, 'default', 'ef_search=default')
    expect(back.admin.changeGallery).toHaveBeenCalledWith(id, 'default', { hnsw_ef_search: null })
  })

  it.each([
    ['engine=fast', 'engine is one of auto, database, memory, hnsw'],
    ['ef_search=0', 'ef_search is a number from 1 to 1000'],
    ['ef_search=1e2', 'ef_search is a number from 1 to 1000'],
    ['colour=red', 'There are: engine, ef_search'],
  ])('says what is wrong with %s of a gallery', async (word, message) => {
    await expect(setUp().run('gallery', 'set', id, 'default', word)).rejects.toThrow(message)
  })

  it('[ST75] builds a graph, says how far it is each tenth, and closes what it opened', async () => {
    const { graphs, run } = setUp()
    expect(await run('gallery', 'optimize', id, 'default', '--memory-mb', '512', '--workers', '0', '--rebuild')).toBe(
      'm  loading\nm  loading  50 % of 180000 faces\nm  loading  100 % of 180000 faces\nm  180000 faces  300.0 MiB  built in 61.3 s\n',
    )
    const how = { memoryMb: 512, workers: 0, rebuild: true }
    expect(graphs.optimize).toHaveBeenCalledWith(id, 'default', expect.objectContaining(how))
    expect(graphs.close).toHaveBeenCalledOnce()
    graphs.optimize.mockRejectedValueOnce(new MienError('CONFLICT'))
    await expect(run('gallery', 'optimize', id, 'default')).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(graphs.close).toHaveBeenCalledTimes(2)
  })

  it('[ST75] removes a graph, and says so where there is none', async () => {
    const { graphs, run } = setUp()
    expect(await run('gallery', 'optimize', id, 'default', '--drop')).toContain('The graph is removed')
    graphs.drop.mockResolvedValueOnce(0)
    expect(await run('gallery', 'optimize', id, 'default', '--drop')).toContain('The gallery had no graph')
    expect(graphs.optimize).not.toHaveBeenCalled()
  })

  it('[ST76] prints what searches find as a table, with what was not measured and what it means', async () => {
    const { measureRecall, run } = setUp()
    const printed = await run('gallery', 'recall', id, 'staff', '--probes', '300', '--noise', '0.5', '--seed', '7')
    expect(measureRecall).toHaveBeenCalledWith({
      applicationId: id,
      gallery: 'staff',
      probes: 300,
      noise: 0.5,
      seed: 7,
    })
    expect(printed).toMatch(/^hnsw +0\.995 \(199 of 200\) +0\.980 \(196 of 200\) +4\.25 +9\.00$/m)
    expect(printed).toMatch(/^memory +not measured: MIEN_INDEX_MEMORY_MB is 0$/m)
    expect(printed).toContain('not how often people are recognised')
    const json = JSON.parse(await setUp().run('gallery', 'recall', id, 'staff', '--json'))
    expect(json.engines[1]).toEqual({
      engine: 'hnsw',
      p50_ms: 4.25,
      p99_ms: 9,
      recall_at_1_person: 0.995,
      recall_at_1_template: 0.98,
    })
  })

  it.each([
    ['--probes', '0'],
    ['--probes', '10001'],
    ['--noise', '11'],
    ['--noise', '-1'],
    ['--seed', 'x'],
  ])('refuses to measure with %s %s', async (option, value) => {
    await expect(setUp().run('gallery', 'recall', id, 'staff', option, value)).rejects.toThrow(option)
  })

  it('fetches the models of a named pack', async () => {
    const { fetchModels, run } = setUp()
    await run('models', '--pack', 'standard')
    expect(fetchModels).toHaveBeenCalledWith('standard')
  })
})
