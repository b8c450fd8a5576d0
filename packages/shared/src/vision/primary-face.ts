import type { FaceDetection } from './types.ts'

interface Placed {
  readonly detection: FaceDetection
}

/**
 * The face that a portrait is about when others stand at its edges: the largest, less twice the squared distance of its
 * centre from the image's centre, all in pixels. The rule that D. Sandberg's facenet uses to crop Labeled Faces in the
 * Wild (`align_dataset_mtcnn.py`) and InsightFace took over.
 *
 * Sign-in refuses more than one face instead of choosing; this is for photographs that somebody else took.
 */
export function selectPrimaryFace<Face extends Placed>(
  faces: readonly Face[],
  image: { readonly width: number; readonly height: number },
): Face | undefined {
  const prominence = ({ detection: { box } }: Face) => {
    const offsetX = box.x + box.width / 2 - image.width / 2
    const offsetY = box.y + box.height / 2 - image.height / 2
    return box.width * box.height - 2 * (offsetX * offsetX + offsetY * offsetY)
  }
  return faces.toSorted((a, b) => prominence(b) - prominence(a))[0]
}
