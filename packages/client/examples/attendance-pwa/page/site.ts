/** Whose page this is, put here by the build. */
declare const ATTENDANCE_SITE: { readonly publicId: string; readonly endpoint: string }

export const site = ATTENDANCE_SITE
