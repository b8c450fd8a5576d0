/** What a page may style with `::part(…)`; described in docs/THEMING.md. */
export const partNames = [
  ...['dialog', 'header', 'title', 'close', 'body', 'view', 'content', 'actions', 'button', 'heading', 'text', 'sign'],
  ...['accept', 'decline', 'cancel', 'again', 'dismiss', 'finish', 'start', 'skip', 'submit', 'hold-instead'],
  ...['terms', 'points', 'point', 'tips', 'tip', 'countdown', 'progress', 'bytes', 'spinner', 'privacy', 'code'],
  ...['stage', 'preview', 'ring', 'cue', 'steps', 'instruction', 'camera-choice', 'switch-camera'],
  ...['pin', 'label', 'input', 'show-pin', 'hint', 'error', 'pad', 'pad-key', 'pad-delete'],
] as const
