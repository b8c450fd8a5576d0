export const cameraStyles = `
.stage { position: relative; min-block-size: 0; margin-inline: 1.5rem; border-radius: var(--radius); overflow: hidden; background: #0d1210; display: grid; place-items: center; container-type: size; }
.preview { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; object-fit: cover; }
.preview[data-mirrored="true"] { transform: scaleX(-1); }
/* Leaves room for a cue beside it. */
.ring { position: relative; block-size: min(80cqb, 104cqi); aspect-ratio: 76 / 100; }
.ring::before { content: ""; position: absolute; inset: 2%; border-radius: 50%; box-shadow: 0 0 0 100vmax var(--scrim); }
.ring svg { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; fill: none; stroke-width: 2; stroke-linecap: round; overflow: visible; }
.ring-track { stroke: var(--field-line); }
.ring-line { stroke: var(--accent); stroke-width: 3; transition: stroke-dasharray 0.25s linear, opacity 0.25s; }
.stage:is([data-phase="active"], [data-phase="capturing"]) .ring[aria-valuenow="100"]::after { content: ""; position: absolute; inset: 2%; border-radius: 50%; background: rgb(255 255 255 / 30%); animation: flash 0.4s ease-out forwards; }
@keyframes flash { to { opacity: 0; } }

.cue { position: absolute; display: grid; place-items: center; inline-size: min(3rem, 18cqmin); aspect-ratio: 1; border-radius: 50%; background: var(--accent); color: var(--on-accent); animation: nudge 1.2s ease-in-out 4; }
.cue .icon { inline-size: 50%; block-size: 50%; stroke-width: 2; }
.cue[data-side="left"] { left: 0.625rem; --dx: -5px; }
.cue[data-side="right"] { right: 0.625rem; --dx: 5px; }
.cue[data-side="top"] { top: 0.75rem; --dy: -5px; }
.cue[data-side="bottom"] { bottom: 0.75rem; --dy: 3px; }
.cue[data-side="left"] .icon { rotate: 180deg; }
.cue[data-side="top"] .icon { rotate: -90deg; }
.cue[data-side="bottom"][data-icon="arrow"] .icon { rotate: 90deg; }
.stage:is([data-phase="active"], [data-phase="verifying"]) .cue[data-side="top"] { top: 3.25rem; }
@keyframes nudge { 50% { translate: var(--dx, 0) var(--dy, 0); } }

.steps { position: absolute; inset-block-start: 0.75rem; display: flex; align-items: center; gap: 0.375rem; max-inline-size: calc(100% - 1.5rem); padding: 0.25rem 0.75rem; border-radius: 2rem; background: var(--surface); font-size: 0.875rem; font-weight: 600; }
.tick { flex: none; display: grid; place-items: center; inline-size: 1.25rem; block-size: 1.25rem; border: 2px solid var(--field-line); border-radius: 50%; }
.tick:first-child { margin-inline-start: -0.25rem; }
.tick:last-of-type { margin-inline-end: 0.25rem; }
.tick[data-phase="now"] { border-color: var(--accent); }
.tick[data-phase="now"]::before { content: ""; inline-size: 0.5rem; block-size: 0.5rem; border-radius: 50%; background: var(--accent); }
.tick[data-phase="done"] { border-color: var(--accent); background: var(--accent); color: var(--on-accent); animation: pop 0.3s ease-out; }
.tick .icon { inline-size: 0.875rem; block-size: 0.875rem; stroke-width: 3.5; }

.cameras { position: absolute; inset-block-start: 0.75rem; inset-inline-end: 0.75rem; max-inline-size: min(12rem, calc(100% - 1.5rem)); }
.cameras .icon-button { background: var(--surface); color: var(--text); }
.choice { min-block-size: 2.75rem; max-inline-size: 100%; padding-inline: 0.75rem; border: 1.5px solid var(--field-line); border-radius: var(--small-radius); background: var(--surface); color: var(--text); font: inherit; font-size: 0.9375rem; text-overflow: ellipsis; }

.camera-footer { display: grid; grid-template-columns: minmax(0, 1fr); justify-items: center; gap: 0.5rem; padding: 0.875rem 1.5rem max(1.25rem, env(safe-area-inset-bottom)); text-align: center; }
.camera-footer .steady { min-block-size: 3.25rem; font-size: 1.375rem; line-height: 1.2; font-weight: 650; }
.camera-footer .steady::before { text-wrap: balance; }
.instruction { font: inherit; text-wrap: balance; }
.slot { display: grid; align-items: center; justify-items: center; inline-size: 100%; }
.slot > * { grid-area: 1 / 1; }
.camera-footer .button { inline-size: 100%; }
/* A phone on its side: the preview beside the words. */
@media (max-height: 32rem) and (min-width: 34rem) {
  .view.camera { grid-template: minmax(0, 1fr) / minmax(0, 1fr) minmax(0, 1fr); padding-block-end: 1rem; }
  .camera-footer { align-content: center; }
  .ring { block-size: min(88cqb, 104cqi); }
}
@media (prefers-reduced-motion: reduce) {
  .stage .ring::after { display: none; }
}
@media (forced-colors: active) {
  .cue { border: 1px solid CanvasText; }
  .ring-track { stroke: CanvasText; }
  .ring-line { stroke: Highlight; stroke-width: 5; }
  .tick[data-phase="now"]::before { background: Highlight; }
}
`
