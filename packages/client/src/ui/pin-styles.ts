export const pinStyles = `
.pin, .pad { inline-size: 100%; max-inline-size: 18rem; }
.pin { display: grid; gap: 0.25rem; }
.pin-view .text { color: var(--muted); }
.label { font-size: 0.875rem; font-weight: 600; }
.field { position: relative; }
.input { inline-size: 100%; min-block-size: 3.25rem; padding: 0.5rem 3.25rem; border: 1.5px solid var(--field-line); border-radius: var(--small-radius); background: var(--surface); color: var(--text); font: inherit; font-size: 1.375rem; font-variant-numeric: tabular-nums; letter-spacing: 0.2em; text-align: center; }
.input[aria-invalid="true"] { border-color: var(--danger); }
.field .icon-button { position: absolute; inset-block-start: 0.25rem; inset-inline-end: 0.25rem; }
.pin .steady { min-block-size: 2.75rem; padding-block-start: 0.375rem; font-size: 0.9375rem; line-height: 1.35; }
.pin .steady > * { align-self: start; }
.error { color: var(--danger); }
.pad { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 0.5rem; }
.key { inline-size: auto; block-size: auto; min-block-size: 3.25rem; padding: 0; border: 0; border-radius: var(--small-radius); background: var(--accent-soft); color: var(--text); font: inherit; font-size: 1.375rem; font-weight: 600; cursor: pointer; touch-action: manipulation; user-select: none; }
.key:hover { box-shadow: inset 0 0 0 1.5px var(--accent); }
.key:active { background: var(--accent); color: var(--on-accent); }
.key.icon-button { background: none; color: var(--muted); }
@media (max-height: 42rem) {
  .key { min-block-size: 2.75rem; }
  .pad { gap: 0.375rem; }
  .pin-view .heading { font-size: 1.25rem; }
  .pin-view .content { gap: 0.375rem; padding-block: 0 0.5rem; }
}
/* A phone on its side: the pad beside the field. */
@media (max-height: 32rem) and (min-width: 34rem) {
  .pin-view .content { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); align-content: center; justify-items: center; column-gap: 2rem; }
  .pin-view .content::before, .pin-view .content::after { display: none; }
  .pin-view .pad { grid-area: 1 / 2 / 4; }
}
@media (forced-colors: active) {
  .key { border: 1px solid CanvasText; }
}
`
