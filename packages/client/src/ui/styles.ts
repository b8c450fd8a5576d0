import { element } from './dom.ts'

/**
 * Colours and shape come from custom properties that a page may set on any ancestor (`--mien-accent`, `--mien-surface`, …);
 * text on its surface keeps a contrast of at least 4.5 : 1 in both schemes (WCAG 1.4.3), lines and rings 3 : 1 (1.4.11).
 */
const css = `
:host { all: initial; display: contents; }
* { box-sizing: border-box; margin: 0; }
[hidden] { display: none !important; }

.dialog {
  --surface: var(--mien-surface, #ffffff);
  --text: var(--mien-text, #14211d);
  --muted: var(--mien-muted, #51615b);
  --line: var(--mien-line, #d5deda);
  --field-line: var(--mien-field-line, #7d8d87);
  --accent: var(--mien-accent, #0b6b58);
  --on-accent: var(--mien-on-accent, #ffffff);
  --accent-soft: var(--mien-accent-soft, #e3f2ed);
  --danger: var(--mien-danger, #a1281f);
  --danger-soft: var(--mien-danger-soft, #fbeae7);
  --scrim: var(--mien-scrim, rgb(255 255 255 / 72%));
  --radius: var(--mien-radius, 20px);
  color-scheme: light;
  inline-size: min(26rem, 100vw - 2rem);
  block-size: min(47rem, 100dvh - 2rem);
  max-inline-size: none;
  max-block-size: none;
  margin: auto;
  padding: 0;
  border: 0;
  border-radius: var(--radius);
  overflow: hidden;
  background: var(--surface);
  color: var(--text);
  font: 400 1rem/1.5 var(--mien-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif);
  text-align: start;
  box-shadow: 0 24px 64px rgb(0 0 0 / 28%);
  -webkit-tap-highlight-color: transparent;
}
.dialog[open] { display: grid; grid-template-rows: auto minmax(0, 1fr); animation: rise 0.22s ease-out; }
.dialog::backdrop { background: rgb(10 18 15 / 56%); }
@keyframes rise { from { opacity: 0; transform: translateY(10px); } }

@media (prefers-color-scheme: dark) {
  .dialog {
    --surface: var(--mien-surface, #151b19);
    --text: var(--mien-text, #eaf1ee);
    --muted: var(--mien-muted, #a6b5af);
    --line: var(--mien-line, #2f3a36);
    --field-line: var(--mien-field-line, #71827b);
    --accent: var(--mien-accent, #66d2b7);
    --on-accent: var(--mien-on-accent, #06231c);
    --accent-soft: var(--mien-accent-soft, #1c302a);
    --danger: var(--mien-danger, #ffa397);
    --danger-soft: var(--mien-danger-soft, #38211e);
    --scrim: var(--mien-scrim, rgb(13 18 16 / 72%));
    color-scheme: dark;
  }
}

.header { display: flex; align-items: center; gap: 0.5rem; padding-block: 0.5rem; padding-inline: 1.5rem 0.5rem; }
.title { flex: 1; font-size: 0.9375rem; font-weight: 600; color: var(--muted); }
.close {
  display: grid; place-items: center; inline-size: 2.75rem; block-size: 2.75rem; padding: 0;
  border: 0; border-radius: 50%; background: none; color: var(--muted); cursor: pointer;
}
.close:hover { background: var(--accent-soft); color: var(--text); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
[tabindex="-1"]:focus { outline: none; }
.icon { inline-size: 1.5rem; block-size: 1.5rem; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }

.body { min-block-size: 0; display: grid; }
.view { min-block-size: 0; display: grid; grid-template-rows: minmax(0, 1fr) auto; }
.content { overflow: auto; overscroll-behavior: contain; padding: 0.5rem 1.5rem 1rem; display: flex; flex-direction: column; gap: 0.75rem; }
/* A shade at the lower edge while there is more to read: the first layer travels with the text and covers it at the end. */
.content { background: linear-gradient(var(--surface), var(--surface)) 0 100% / 100% 2.5rem no-repeat local, linear-gradient(transparent, var(--line)) 0 100% / 100% 1.25rem no-repeat scroll; }
.content.centred { align-items: center; text-align: center; }
.content.centred::before, .content.centred::after { content: ""; flex: 1; }
.content.centred::after { flex: 1.4; }
.content:focus-visible { outline-offset: -3px; }
.heading { font-size: 1.5rem; line-height: 1.25; font-weight: 650; letter-spacing: -0.01em; text-wrap: balance; }
.text { max-inline-size: 34ch; text-wrap: pretty; }
.content:not(.centred) > .text { max-inline-size: none; }
.small { font-size: 0.875rem; color: var(--muted); }
.code { font: 0.8125rem/1.4 ui-monospace, "SF Mono", Menlo, Consolas, monospace; color: var(--muted); }
.unseen { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.actions { display: grid; gap: 0.625rem; padding: 0.75rem 1.5rem max(1.5rem, env(safe-area-inset-bottom)); }
.content:not(.centred) + .actions { border-block-start: 1px solid var(--line); }
.actions:empty { padding: 0; block-size: 1.5rem; }
.button {
  min-block-size: 2.875rem; padding: 0.5rem 1.25rem; border-radius: calc(var(--radius) * 0.6); border: 1.5px solid var(--field-line);
  background: none; color: var(--text); font: inherit; font-weight: 600; cursor: pointer;
}
.button:hover { background: var(--accent-soft); }
.button.primary { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
.button.primary:hover { filter: brightness(1.08); }

.sign { flex: none; display: grid; place-items: center; inline-size: 4.5rem; block-size: 4.5rem; margin-block-end: 0.5rem; border-radius: 50%; background: var(--accent-soft); color: var(--accent); }
.sign .icon { inline-size: 2.25rem; block-size: 2.25rem; }
.sign.good { background: var(--accent); color: var(--on-accent); animation: pop 0.3s ease-out; }
.sign.bad { background: var(--danger-soft); color: var(--danger); }
@keyframes pop { from { transform: scale(0.7); opacity: 0; } }

.bar { appearance: none; inline-size: 100%; max-inline-size: 18rem; block-size: 0.5rem; margin-block-start: 0.5rem; border: 0; border-radius: 1rem; overflow: hidden; background: var(--line); }
.bar::-webkit-progress-bar { background: var(--line); }
.bar::-webkit-progress-value { background: var(--accent); border-radius: 1rem; transition: inline-size 0.2s; }
.bar::-moz-progress-bar { background: var(--accent); border-radius: 1rem; }
.bar:indeterminate { background: linear-gradient(90deg, var(--line) 30%, var(--accent) 50%, var(--line) 70%) 0 0 / 200% 100%; animation: slide 1.6s linear infinite; }
.bar:indeterminate::-webkit-progress-bar { background: none; }
.bar:indeterminate::-moz-progress-bar { background: none; }
@keyframes slide { from { background-position: 200% 0; } }
.spinner { flex: none; inline-size: 3.5rem; block-size: 3.5rem; border-radius: 50%; border: 4px solid var(--line); border-block-start-color: var(--accent); animation: turn 1s linear infinite; order: -1; margin-block-end: 0.5rem; }
.content:has(> .spinner)::before { order: -2; }
@keyframes turn { to { transform: rotate(1turn); } }

.points { list-style: none; padding: 0; display: grid; gap: 0.875rem; }
.point { display: grid; grid-template-columns: 1.5rem 1fr; gap: 0.875rem; }
.point .icon { color: var(--accent); }
.point h3 { font-size: 1rem; font-weight: 600; }
.point p { font-size: 0.9375rem; line-height: 1.45; color: var(--muted); }

.stage { position: relative; min-block-size: 0; margin-inline: 1.5rem; border-radius: var(--radius); overflow: hidden; background: #0d1210; display: grid; place-items: center; container-type: size; }
.preview { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; object-fit: cover; }
.preview[data-mirrored="true"] { transform: scaleX(-1); }
/* Three quarters of the preview's height, unless the stage is narrower than that. */
.ring { position: relative; block-size: min(82cqb, 110cqi); aspect-ratio: 76 / 100; }
.ring::before { content: ""; position: absolute; inset: 2%; border-radius: 50%; box-shadow: 0 0 0 100vmax var(--scrim); }
.ring svg { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; fill: none; stroke-width: 2; stroke-linecap: round; overflow: visible; }
.ring-track { stroke: var(--field-line); }
.ring-line { stroke: var(--accent); stroke-width: 3; transition: stroke-dasharray 0.25s linear; }
.camera-footer { display: grid; justify-items: center; gap: 0.25rem; padding: 0.875rem 1.5rem max(1.25rem, env(safe-area-inset-bottom)); text-align: center; }
.instruction { display: grid; place-items: center; min-block-size: 3.5rem; font-size: 1.375rem; line-height: 1.25; font-weight: 650; text-wrap: balance; }
.choice { min-block-size: 2.75rem; max-inline-size: 100%; margin-block-start: 0.5rem; padding-inline: 0.75rem; border: 1.5px solid var(--field-line); border-radius: calc(var(--radius) * 0.6); background: var(--surface); color: var(--text); font: inherit; font-size: 0.9375rem; }
.camera-footer .button { margin-block-start: 0.5rem; justify-self: stretch; }

.pin { display: grid; gap: 0.375rem; inline-size: 100%; max-inline-size: 18rem; text-align: start; }
.label { font-weight: 600; }
.field { position: relative; }
.input { inline-size: 100%; min-block-size: 3rem; padding-block: 0.5rem; padding-inline: 0.875rem 6.5rem; border: 1.5px solid var(--field-line); border-radius: calc(var(--radius) * 0.6); background: var(--surface); color: var(--text); font: inherit; font-size: 1.25rem; letter-spacing: 0.15em; }
.input[aria-invalid="true"] { border-color: var(--danger); }
.field .button { position: absolute; inset-block: 2px; inset-inline-end: 2px; min-block-size: 2.75rem; padding: 0 0.75rem; border: 0; font-size: 0.875rem; font-weight: 600; color: var(--accent); }
.error { min-block-size: 1.5em; font-size: 0.9375rem; color: var(--danger); }

@media (max-width: 30rem) {
  .dialog { inline-size: 100vw; block-size: 100dvh; border-radius: 0; }
  .header { padding-block-start: max(0.5rem, env(safe-area-inset-top)); }
}
@media (max-height: 32rem) {
  .sign { display: none; }
  .actions { padding-block-end: 1rem; }
}
/* A phone on its side: the preview beside the words. */
@media (max-height: 32rem) and (min-width: 34rem) {
  .dialog { inline-size: min(46rem, 100vw - 2rem); }
  .view.camera { grid-template: minmax(0, 1fr) / 1fr 1fr; padding-block-end: 1rem; }
  .camera-footer { align-content: center; }
  .actions { grid-auto-flow: column; grid-auto-columns: 1fr; direction: inherit; }
}
@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after { animation: none !important; transition: none !important; }
  .spinner { border-style: dotted; border-color: var(--accent); }
  .bar:indeterminate { background: var(--line); }
}
@media (forced-colors: active) {
  .dialog { border: 2px solid CanvasText; }
  .sign, .close { border: 1px solid CanvasText; }
  .ring-track { stroke: CanvasText; }
  .ring-line { stroke: Highlight; stroke-width: 5; }
  .bar { border: 1px solid CanvasText; }
  .bar::-webkit-progress-value { background: Highlight; }
  .spinner { border-color: CanvasText; border-block-start-color: Highlight; }
  .button.primary { border-width: 3px; }
}
`

/** Constructable style sheets are exempt from a page's style-src; a <style> element needs the page's nonce. */
export function addStyles(root: ShadowRoot, nonce: string | undefined): void {
  if ('adoptedStyleSheets' in root && 'replaceSync' in CSSStyleSheet.prototype) {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    root.adoptedStyleSheets = [sheet]
  } else {
    root.append(element('style', { nonce }, css))
  }
}
