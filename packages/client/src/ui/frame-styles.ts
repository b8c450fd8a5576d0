/** The dialog, its first views and what all are made of. */
export const frameStyles = `
:host { all: initial; display: contents; }
* { box-sizing: border-box; margin: 0; }
[hidden] { display: none !important; }

.dialog {
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
  overflow-wrap: anywhere;
  box-shadow: 0 24px 64px rgb(0 0 0 / 28%);
  -webkit-tap-highlight-color: transparent;
}
/* Japanese breaks between phrases and Korean between words; left alone, both break anywhere. */
.dialog:lang(ja) { word-break: auto-phrase; }
.dialog:lang(ko) { word-break: keep-all; }
.dialog[open] { display: grid; grid-template: auto minmax(0, 1fr) / minmax(0, 1fr); animation: rise 0.22s ease-out; }
.dialog::backdrop { background: var(--mien-backdrop, rgb(10 18 15 / 56%)); }
@keyframes rise { from { opacity: 0; transform: translateY(10px); } }

.header { display: flex; align-items: center; gap: 0.5rem; padding-block: 0.5rem; padding-inline: 1.5rem 0.5rem; }
.title { flex: 1; min-inline-size: 0; font-size: 0.9375rem; line-height: 1.3; font-weight: 600; color: var(--muted); }
.icon-button {
  flex: none; display: grid; place-items: center; inline-size: 2.75rem; block-size: 2.75rem; padding: 0;
  border: 0; border-radius: 50%; background: none; color: var(--muted); cursor: pointer;
}
.icon-button:hover { background: var(--accent-soft); color: var(--text); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
[tabindex="-1"]:focus:not(button) { outline: none; }
.icon { inline-size: 1.5rem; block-size: 1.5rem; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }

.body { min-block-size: 0; display: grid; grid-template-columns: minmax(0, 1fr); }
/* Where words are large or the screen is low, the view scrolls as a whole before its content has no room left. */
.view { min-block-size: 0; display: grid; grid-template: minmax(min(12rem, 55%), 1fr) auto / minmax(0, 1fr); overflow: hidden auto; animation: appear 0.18s ease-out; }
@keyframes appear { from { opacity: 0; } }
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
.code { font: 0.8125rem/1.4 ui-monospace, "SF Mono", Menlo, Consolas, monospace; color: var(--muted); overflow-wrap: anywhere; }
.unseen { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.steady { display: grid; justify-items: center; align-items: center; }
.steady > *, .steady::before { grid-area: 1 / 1; }
.steady::before { content: attr(data-longest); visibility: hidden; max-inline-size: 34ch; text-wrap: pretty; }

.actions { display: grid; gap: 0.625rem; padding: 0.75rem 1.5rem max(1.5rem, env(safe-area-inset-bottom)); }
.content:not(.centred) + .actions { border-block-start: 1px solid var(--line); }
.actions:empty { padding: 0; block-size: 1.5rem; }
.button {
  min-block-size: 2.875rem; padding: 0.5rem 1.25rem; border-radius: var(--small-radius); border: 1.5px solid var(--field-line);
  background: none; color: var(--text); font: inherit; line-height: 1.3; font-weight: 600; cursor: pointer;
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
.spinner { flex: none; inline-size: 4.5rem; block-size: 4.5rem; border-radius: 50%; border: 5px solid var(--line); border-block-start-color: var(--accent); animation: turn 1s linear infinite; margin-block-end: 0.5rem; }
@keyframes turn { to { transform: rotate(1turn); } }

.points { list-style: none; padding: 0; display: grid; gap: 0.875rem; }
.point { display: grid; grid-template-columns: 1.5rem minmax(0, 1fr); gap: 0.875rem; }
.point .icon { color: var(--accent); }
.point h3, .terms h3 { font-size: 1rem; font-weight: 600; }
.point p { font-size: 0.9375rem; line-height: 1.45; color: var(--muted); }
.terms { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.5rem; padding: 0.875rem 1rem; border: 1px solid var(--line); border-inline-start: 3px solid var(--accent); border-radius: var(--small-radius); font-size: 0.9375rem; }
.terms h3 + p { font-weight: 600; }
`
