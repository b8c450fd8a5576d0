/** Nearly black: at least 6.8 : 1 on each colour that the screen shows as a lamp (WCAG 1.4.3), also for lines (1.4.11). */
export const lightInk = '#050505'

/**
 * While the screen is a lamp: all of the dialog is the colour, but for the face itself. Nothing fades or moves then, since the
 * colour is measured on the face; lines and words are dark whatever the theme says, and what has a surface of its own keeps white.
 */
export const lightStyles = `
.dialog[data-lit] {
  --surface: #fff; --text: ${lightInk}; --muted: ${lightInk}; --line: ${lightInk}; --field-line: ${lightInk};
  --accent: ${lightInk}; --on-accent: #fff; --accent-soft: rgb(255 255 255 / 30%); --scrim: var(--light);
  background: var(--light); color-scheme: light; forced-color-adjust: none;
}
.dialog[data-lit] .stage { border-radius: 0; background: var(--light); }
.dialog[data-lit] .ring { block-size: min(72cqb, 96cqi); }
.dialog[data-lit] .ring-track { stroke: rgb(5 5 5 / 35%); }
.dialog[data-lit] .stage .ring::after { display: none; }
.dialog[data-lit] .view, .dialog[data-lit] .tick, .dialog[data-lit] .ring-line { animation: none; transition: none; }
.light-choices { display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); gap: 0.5rem; inline-size: 100%; }
.light-choices .button { padding-inline: 0.375rem; font-size: 0.875rem; }
.colours { display: grid; gap: 0.75rem; justify-items: center; }
.choice-line { display: flex; align-items: center; justify-content: center; gap: 0.75rem; min-block-size: 2.75rem; font-weight: 600; cursor: pointer; }
/* On a phone the words come before the picture above them. */
@media (max-height: 44rem) { .view:has(.choice-line:not([hidden])) .sign { display: none; } }
.choice-line input { flex: none; inline-size: 1.375rem; block-size: 1.375rem; accent-color: var(--accent); }
`
