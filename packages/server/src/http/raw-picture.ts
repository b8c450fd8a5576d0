import { MienError } from '@mien/shared/errors'
import type { Picture } from '../domain/pictures.ts'
import { readLimited } from './read-limited.ts'
import { type PictureRules, toPicture } from './to-picture.ts'

/**
 * A body that is a picture and nothing else.
 *
 * @throws MienError CONTENT_TYPE_UNSUPPORTED unless it is declared as an image, CONTENT_ENCODING_UNSUPPORTED, BODY_TOO_LARGE,
 *   IMAGE_EMPTY, ABORTED
 */
export async function readRawPicture(
  request: Request,
  rules: PictureRules & { readonly maxBytes: number },
): Promise<Picture> {
  const declaredType = request.headers.get('content-type') ?? ''
  if (!/^image\//i.test(declaredType)) throw new MienError('CONTENT_TYPE_UNSUPPORTED')
  return toPicture(await readLimited(request, rules.maxBytes), declaredType, rules)
}
