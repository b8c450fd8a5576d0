import * as api from '@mien/shared/api/fields'
import * as z from 'zod/mini'
import type { ImageType } from '../../domain/image-analyser.ts'
import type { PictureFormRules } from '../../http/picture-form.ts'
import type { BodyLimits } from '../../http/request-parameters.ts'
import type { XmlElements } from '../../http/xml.ts'

export const dialectName = 'ufme'

/** The partition that everybody uses who names none: the gallery of the credential. */
export const defaultPartition = 'default'

/** Galleries that an application may have before enrolling makes no more of them. By judgement. */
export const maxPartitions = 1000

/** What takes pictures and answers in XML, by the last part of its path. */
export const biometricPaths = {
  search: 'search',
  verify: 'verify',
  enrol: 'enrol',
  enroll: 'enrol',
  delete: 'delete',
} as const
export type Operation = (typeof biometricPaths)[keyof typeof biometricPaths]

/** What answers in JSON. */
export type Utility = keyof UtilityAnswers

export const pictureTypes: readonly ImageType[] = ['image/jpeg', 'image/png', 'image/webp']

/** Of one picture, as a file. */
export const maxPictureBytes = 10_000_000

/** Of what stands around it. */
const slackBytes = 64 * 1024

export const formRules: PictureFormRules = {
  acceptedTypes: pictureTypes,
  maxBytes: maxPictureBytes + slackBytes,
  maxFileBytes: maxPictureBytes,
  files: ['image'],
  fields: ['metadata'],
}

/** The same picture in base64, which has no separators of its own. */
export const jsonLimits: BodyLimits = {
  maxBytes: Math.ceil(maxPictureBytes / 3) * 4 + slackBytes,
  maxJsonSeparators: 32,
}

const zeroToOne = z.number().check(z.minimum(0), z.maximum(1))

/** XML cannot hold these two, and what cannot be answered is no name. */
const subjectId = api.externalRef.check(z.regex(/^[^\ufffe\uffff]*$/))

/**
 * What may stand beside a picture. One set for all operations: a caller may send the same to each. Other names are refused, because
 * a misspelt `threshold` would be a default one.
 */
export const metadata = z.strictObject({
  subject_id: z.optional(subjectId),
  partition: z.optional(api.galleryName),
  top_k: z.optional(z.int().check(z.minimum(1), z.maximum(100))),
  /** Least cosine, 0..1. */
  threshold: z.optional(zeroToOne),
  /** Its older name. */
  min_score: z.optional(zeroToOne),
})
export type Metadata = z.infer<typeof metadata>

export const defaultTopK = 5
export const defaultThreshold = 0.45

/** What an answer in XML says after its status, in this order. */
export interface BiometricAnswer {
  readonly root: 'SearchResponse' | 'VerifyResponse' | 'EnrolResponse' | 'DeleteResponse'
  readonly elements: XmlElements
}

export interface UtilityAnswers {
  readonly health: {
    readonly status: 'healthy' | 'unhealthy'
    readonly components: {
      readonly faiss_index: boolean
      readonly onnx_detection: boolean
      readonly onnx_recognition: boolean
      readonly onnx_quality: boolean
      readonly onnx_pad: boolean
    }
  }
  readonly partitions: { readonly partitions: readonly string[] }
  readonly stats: { readonly total_subjects: number; readonly partitions: Readonly<Record<string, number>> }
}
