/** After all others: small, low and wide screens, reduced motion, forced colours. */
export const adaptiveStyles = `
@media (max-width: 30rem) {
  .dialog { inline-size: 100vw; block-size: 100dvh; border-radius: 0; }
  .header { padding-block-start: max(0.5rem, env(safe-area-inset-top)); }
}
@media (max-height: 42rem) {
  .key { min-block-size: 2.75rem; }
  .pad { gap: 0.375rem; }
  .pin-view .heading { font-size: 1.25rem; }
  .pin-view .content { gap: 0.375rem; padding-block: 0 0.5rem; }
}
@media (max-height: 32rem) {
  .sign { display: none; }
  .actions { padding-block-end: 1rem; }
  .tips { gap: 0.5rem; margin-block: 0; }
  .tip .icon { inline-size: 2.5rem; block-size: 2.5rem; padding: 0.5rem; }
}
/* A phone on its side: the preview, or the pad, beside the words. */
@media (max-height: 32rem) and (min-width: 34rem) {
  .dialog { inline-size: min(46rem, 100vw - 2rem); }
  .header, .content, .actions { padding-inline: max(1.5rem, env(safe-area-inset-left)) max(1.5rem, env(safe-area-inset-right)); }
  .view.camera { grid-template: minmax(0, 1fr) / minmax(0, 1fr) minmax(0, 1fr); padding-block-end: 1rem; }
  .camera-footer { align-content: center; }
  .ring { block-size: min(88cqb, 104cqi); }
  .actions { grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); }
  .tips { max-inline-size: none; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); }
  .pin-view .content { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); align-content: center; justify-items: center; column-gap: 2rem; }
  .pin-view .content::before, .pin-view .content::after { display: none; }
  .pin-view .pad { grid-area: 1 / 2 / 4; }
}
@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after { animation: none !important; transition: none !important; }
  .stage .ring::after { display: none; }
  .spinner { border-style: dotted; border-color: var(--accent); }
  .bar:indeterminate { background: var(--line); }
}
@media (forced-colors: active) {
  .dialog { border: 2px solid CanvasText; }
  .sign, .icon-button, .cue, .key, .tip .icon { border: 1px solid CanvasText; }
  .ring-track { stroke: CanvasText; }
  .ring-line { stroke: Highlight; stroke-width: 5; }
  .bar { border: 1px solid CanvasText; }
  .bar::-webkit-progress-value { background: Highlight; }
  .tick[data-phase="now"]::before { background: Highlight; }
  .spinner { border-color: CanvasText; border-block-start-color: Highlight; }
  .button.primary { border-width: 3px; }
}
`
