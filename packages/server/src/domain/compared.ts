/** Whom a face was compared with. */
export type Compared =
  /** The subject that a backend named, or what it named when there is no such subject. */
  | { readonly kind: 'claimed'; readonly subject: string }
  /** Those whose device signed. */
  | { readonly kind: 'owners' }
  /** Everybody in the gallery; `afterOwners`: those whose device signed came first, and it was none of them. */
  | { readonly kind: 'gallery'; readonly afterOwners: boolean }
