/** A face that a backend has: a photograph (JPEG, PNG or WebP, at most 10 MB) or a template of the server's model, base64url. */
export type FaceGiven = { readonly image: Uint8Array | Blob } | { readonly template: string }

/** A photograph goes as a form, without the third that base64 adds; a template as JSON. */
export function faceBody(face: FaceGiven, fields: Readonly<Record<string, unknown>>): object {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  if ('template' in face) return { template: face.template, ...Object.fromEntries(given) }
  const form = new FormData()
  const { image } = face
  form.set('image', image instanceof Blob ? image : new Blob([new Uint8Array(image)]), 'image')
  for (const [name, value] of given) form.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value))
  return form
}
