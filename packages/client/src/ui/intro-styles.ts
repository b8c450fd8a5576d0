export const introStyles = `
.tips { list-style: none; padding: 0; margin-block: 1rem; display: grid; gap: 1rem; inline-size: 100%; max-inline-size: 20rem; text-align: start; }
.tip { display: grid; grid-template-columns: auto minmax(0, 1fr); align-items: center; gap: 1rem; }
.tip .icon { inline-size: 3.5rem; block-size: 3.5rem; padding: 0.875rem; border-radius: var(--small-radius); background: var(--accent-soft); color: var(--accent); }
.countdown { font-variant-numeric: tabular-nums; }
@media (max-height: 32rem) {
  .tips { gap: 0.5rem; margin-block: 0; }
  .tip .icon { inline-size: 2.5rem; block-size: 2.5rem; padding: 0.5rem; }
}
@media (max-height: 32rem) and (min-width: 34rem) {
  .tips { max-inline-size: none; column-gap: 1.25rem; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); }
}
@media (forced-colors: active) {
  .tip .icon { border: 1px solid CanvasText; }
}
`
