/** Whether somebody on this device would rather have no passkey for an application. A browser that keeps nothing asks again. */
export interface PasskeyChoice {
  wasDeclined(): boolean
  decline(): void
  forget(): void
}

export interface PasskeyChoiceOptions {
  /** Of the server. One application's public id may be known to two servers. */
  readonly endpoint: string
  readonly publicId: string
}

export function createPasskeyChoice({ endpoint, publicId }: PasskeyChoiceOptions): PasskeyChoice {
  const name = `mien-no-passkey ${endpoint} ${publicId}`
  return {
    wasDeclined: () => unlessForbidden(() => localStorage.getItem(name)) != null,
    decline: () => unlessForbidden(() => localStorage.setItem(name, '1')),
    forget: () => unlessForbidden(() => localStorage.removeItem(name)),
  }
}

/** By policy the very name may throw, and a full store throws too. */
function unlessForbidden<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
