import * as z from 'zod/mini'
import { galleryName, timestamp } from './fields.ts'

export const galleryRequest = z.strictObject({ name: galleryName })
export type GalleryRequest = z.infer<typeof galleryRequest>

export const gallery = z.strictObject({ name: galleryName, subjects: z.int(), created_at: timestamp })
export type Gallery = z.infer<typeof gallery>

export const galleryList = z.strictObject({ galleries: z.array(gallery) })
export type GalleryList = z.infer<typeof galleryList>
