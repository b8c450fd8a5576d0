/** Answers that are kept for a moment. */
export interface BriefMemory<Answer> {
  /** @param ask when the answer is not known, or is old */
  of(name: string, ask: () => Promise<Answer>): Promise<Answer>
}

/** Answers that are kept at once. */
const maxKept = 10_000

/** @param keepMs how old an answer may be */
export function createBriefMemory<Answer>(keepMs: number): BriefMemory<Answer> {
  const kept = new Map<string, { readonly answer: Answer; readonly until: number }>()
  return {
    async of(name, ask) {
      const known = kept.get(name)
      if (known !== undefined && performance.now() < known.until) return known.answer
      const answer = await ask()
      kept.delete(name)
      kept.set(name, { answer, until: performance.now() + keepMs })
      const [oldest] = kept.keys()
      if (oldest !== undefined && kept.size > maxKept) kept.delete(oldest)
      return answer
    },
  }
}
