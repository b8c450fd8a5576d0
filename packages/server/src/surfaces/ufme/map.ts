import { MienError } from '@mien/shared/errors'
import type { Health } from '../../domain/health.ts'
import type { Gallery, ListedSubject } from '../../domain/model.ts'
import type { FaceSample } from '../../domain/pictures.ts'
import type { GalleryCount } from '../../domain/ports.ts'
import type { Candidate } from '../../domain/recognition.ts'
import { type BiometricAnswer, defaultPartition, defaultThreshold, type Metadata, type UtilityAnswers } from './wire.ts'

/** What a person is called here: by the backend's name for them, or else by the facial id. */
export const subjectIdOf = ({ externalRef, id }: ListedSubject): string => externalRef ?? id

/** Least cosine. @throws MienError PARAM_DUPLICATE when its two names differ */
export function thresholdOf({ threshold, min_score: minScore }: Metadata): number {
  if (threshold !== undefined && minScore !== undefined && threshold !== minScore)
    throw new MienError('PARAM_DUPLICATE')
  return threshold ?? minScore ?? defaultThreshold
}

/** @throws MienError REQUEST_INVALID */
export function requiredSubjectId({ subject_id: subjectId }: Metadata): string {
  if (subjectId === undefined) throw new MienError('REQUEST_INVALID', { message: 'subject_id is missing' })
  return subjectId
}

/** 0..1: what points apart is shown as nothing in common. */
const shownScore = (cosine: number): string => Math.max(0, cosine).toFixed(3)

const qualityAndModel = ({ quality, face }: FaceSample) => ({
  quality_score: quality.toFixed(2),
  model_id: face.template.modelId,
})

export const toSearch = (candidates: readonly Candidate[], sample: FaceSample): BiometricAnswer => ({
  root: 'SearchResponse',
  elements: {
    candidates: {
      candidate: candidates.map(({ subject, score }, i) => ({
        subject_id: subjectIdOf(subject),
        score: shownScore(score),
        rank: String(i + 1),
      })),
    },
    ...qualityAndModel(sample),
  },
})

export const toVerify = (score: number, isMatch: boolean, subjectId: string, sample: FaceSample): BiometricAnswer => ({
  root: 'VerifyResponse',
  elements: {
    match: String(isMatch),
    score: shownScore(score),
    subject_id: subjectId,
    ...qualityAndModel(sample),
  },
})

export const toEnrol = (subjectId: string, sample: FaceSample): BiometricAnswer => ({
  root: 'EnrolResponse',
  elements: { subject_id: subjectId, ...qualityAndModel(sample) },
})

export const toDelete = (subjectId: string): BiometricAnswer => ({
  root: 'DeleteResponse',
  elements: { subject_id: subjectId },
})

/**
 * Galleries as a credential sees them: its own is `default`, whatever its name is, so that one of that name which is not its own
 * cannot be reached.
 */
export const partitionsOf = <G extends Gallery>(galleries: readonly G[], ownId: string): ReadonlyMap<string, G> => {
  const others = galleries.filter(({ id, name }) => id !== ownId && name !== defaultPartition)
  const own = galleries.filter(({ id }) => id === ownId)
  return new Map([
    ...own.map((gallery) => [defaultPartition, gallery] as const),
    ...others.map((gallery) => [gallery.name, gallery] as const),
  ])
}

export function toStats(partitions: ReadonlyMap<string, GalleryCount>): UtilityAnswers['stats'] {
  const counts = [...partitions].map(([name, { subjects }]) => [name, subjects] as const)
  return {
    total_subjects: counts.reduce((sum, [, count]) => sum + count, 0),
    partitions: Object.fromEntries(counts),
  }
}

export function toHealth({ index, networks }: Health): UtilityAnswers['health'] {
  const components = {
    faiss_index: index,
    onnx_detection: networks.detector,
    onnx_recognition: networks.embedder,
    // Quality is measured on the landmarks.
    onnx_quality: networks.landmarks,
    onnx_pad: networks.pad,
  }
  return { status: Object.values(components).every(Boolean) ? 'healthy' : 'unhealthy', components }
}
