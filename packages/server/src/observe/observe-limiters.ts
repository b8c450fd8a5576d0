import { toMienError } from '@mien/shared/errors'
import type { CreateLimiter } from '../http/rate-limit.ts'

/** The same limits, which tell whenever one refuses; never whom. @param refused gets the scope, a constant of our code */
export const observeLimiters =
  (createLimiter: CreateLimiter, refused: (scope: string) => void): CreateLimiter =>
  (scope, perMinute) => {
    const limiter = createLimiter(scope, perMinute)
    return {
      take: (key) =>
        limiter.take(key).catch((error: unknown) => {
          if (toMienError(error).code === 'RATE_LIMITED') refused(scope)
          throw error
        }),
    }
  }
