/** After the frame: small, low and wide screens, reduced motion, forced colours. */
export const adaptiveStyles = `
@media (max-width: 30rem) {
  .dialog { inline-size: 100vw; block-size: 100dvh; border-radius: 0; }
  .header { padding-block-start: max(0.5rem, env(safe-area-inset-top)); }
}
@media (max-height: 32rem) {
  .sign { display: none; }
  .actions { padding-block-end: 1rem; }
}
/* A phone on its side. */
@media (max-height: 32rem) and (min-width: 34rem) {
  .dialog { inline-size: min(46rem, 100vw - 2rem); }
  .header, .content, .actions { padding-inline: max(1.5rem, env(safe-area-inset-left)) max(1.5rem, env(safe-area-inset-right)); }
  .actions { grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); }
}
@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after { animation: none !important; transition: none !important; }
  .spinner { border-style: dotted; border-color: var(--accent); }
  .bar:indeterminate { background: var(--line); }
}
@media (forced-colors: active) {
  .dialog { border: 2px solid CanvasText; }
  .sign, .icon-button { border: 1px solid CanvasText; }
  .bar { border: 1px solid CanvasText; }
  .bar::-webkit-progress-value { background: Highlight; }
  .spinner { border-color: CanvasText; border-block-start-color: Highlight; }
  .button.primary { border-width: 3px; }
}
`
