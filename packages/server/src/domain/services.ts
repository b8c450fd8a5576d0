import { type Applications, createApplications } from './applications.ts'
import { createGalleries, type Galleries } from './galleries.ts'
import type { TemplateModel } from './model.ts'
import { createPins } from './pins.ts'
import type { Clock, Database, PinHasher, Signer } from './ports.ts'
import { createResults, type Results } from './results.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { createStepUps, type StepUps } from './step-ups.ts'
import { createSubjects, type Subjects } from './subjects.ts'
import { createSubmissions, type Submissions } from './submissions.ts'
import type { Vault } from './vault.ts'

export interface ServicesOptions {
  readonly database: Database
  readonly vault: Vault
  readonly signer: Signer
  readonly hasher: PinHasher
  readonly clock: Clock
  readonly model: TemplateModel
  /** `iss` of assertions. */
  readonly issuer: string
}

/** All that the surfaces may call. */
export interface Services {
  readonly applications: Applications
  readonly sessions: Sessions
  readonly submissions: Submissions
  readonly stepUps: StepUps
  readonly results: Results
  readonly subjects: Subjects
  readonly galleries: Galleries
  readonly signer: Signer
  readonly model: TemplateModel
}

export function createServices(options: ServicesOptions): Services {
  const { database, vault, signer, hasher, clock, model, issuer } = options
  const pins = createPins({ vault, hasher })
  return {
    applications: createApplications({ database, clock, model }),
    sessions: createSessions({ database, clock, model }),
    submissions: createSubmissions({ database, clock, vault, pins, model }),
    stepUps: createStepUps({ database, clock, pins }),
    results: createResults({ database, clock, signer, issuer }),
    subjects: createSubjects({ database, clock, vault, pins }),
    galleries: createGalleries({ database, clock }),
    signer,
    model,
  }
}
