/**
 * Colours and shape come from custom properties that a page may set on any ancestor (`--mien-accent`, `--mien-surface`, …);
 * text on its surface keeps a contrast of at least 4.5 : 1 in both schemes (WCAG 1.4.3), lines and rings 3 : 1 (1.4.11).
 */
const light = `
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
  color-scheme: light;
`

const dark = `
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
`

export const themeStyles = `
.dialog { ${light} --radius: var(--mien-radius, 20px); --small-radius: calc(var(--radius) * 0.6); }
@media (prefers-color-scheme: dark) { .dialog[data-theme="auto"] { ${dark} } }
.dialog[data-theme="dark"] { ${dark} }
`
