import { sha256 } from '../../domain/presented.js';
import { Html } from './html.js';

const css = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f3f4f6, #101317);
  --card: light-dark(#ffffff, #191d23);
  --text: light-dark(#1a1d21, #e7e9ec);
  --quiet: light-dark(#4a525c, #a4adb8);
  --line: light-dark(#d5d9de, #343b45);
  --field: light-dark(#7c8590, #76808c);
  --strong: light-dark(#18519e, #8db9f7);
  --on-strong: light-dark(#ffffff, #0b1b31);
  --strong-hover: light-dark(#123f7d, #a9cafa);
  --soft-hover: light-dark(#eceef1, #242a32);
  --warn: light-dark(#fff5dc, #2c2413);
  --warn-line: light-dark(#c98a12, #b9862b);
  --warn-text: light-dark(#553a02, #f4dca8);
  --bad: light-dark(#fdecea, #35191a);
  --bad-line: light-dark(#c5362c, #e0756c);
  --bad-text: light-dark(#8a1c15, #f8bdb7);
  --good: light-dark(#e6f4ea, #14291c);
  --good-line: light-dark(#2f8a4c, #55a871);
  --good-text: light-dark(#134d28, #b6e5c5);
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { width: 100%; max-width: 30rem; margin: 0 auto; padding: 1.5rem min(1rem, 4vw) 3rem; }
h1 { margin: 0 0 .75rem; font-size: min(1.5rem, 12vw); line-height: 1.25; text-wrap: balance; }
h2 { margin: 0 0 .75rem; font-size: 1.125rem; line-height: 1.35; }
h3 { margin: 0; font-size: 1rem; }
p { margin: 0 0 1rem; }
ul { margin: 0 0 1rem; padding-left: 1.25rem; }
a { color: var(--strong); text-underline-offset: .15em; }
code { font-family: ui-monospace, monospace; font-size: .9375em; }
:focus-visible { outline: 3px solid var(--strong); outline-offset: 2px; }

.brand { margin: 0 0 .75rem; padding: 0 .25rem; color: var(--quiet); font-weight: 600; }
.card { margin: 0 0 1rem; padding: 1.5rem min(1.25rem, 5vw); background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
.card > :last-child, .note > :last-child, li > :last-child, form > :last-child { margin-bottom: 0; }
form { margin: 0 0 .75rem; }
form.card { margin-bottom: 1rem; }
.quiet, .hint { color: var(--quiet); font-size: .9375rem; }
.tag { display: inline-block; padding: .05rem .5rem; border: 1px solid var(--line); border-radius: 1rem; color: var(--quiet); font-size: .8125rem; font-weight: 400; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.note { margin: 0 0 1rem; padding: .75rem min(1rem, 4vw); border: 1px solid; border-left-width: .375rem; border-radius: .5rem; }
.note p { margin-bottom: .5rem; }
.warn { background: var(--warn); border-color: var(--warn-line); color: var(--warn-text); }
.bad { background: var(--bad); border-color: var(--bad-line); color: var(--bad-text); }
.good { background: var(--good); border-color: var(--good-line); color: var(--good-text); }

label { font-weight: 600; }
.field { margin: 0 0 1.25rem; }
.field input, .field select { display: block; width: 100%; min-height: 2.75rem; margin: .375rem 0; padding: .5rem .75rem; border: 1px solid var(--field); border-radius: .5rem; background: var(--card); color: var(--text); font: inherit; }
.field input[aria-invalid] { border: 2px solid var(--bad-line); }
.hint, .wrong { margin: 0; }
.wrong { color: var(--bad-text); font-weight: 600; }

fieldset { min-width: 0; margin: 0 0 1.25rem; padding: 0; border: 0; }
legend { margin: 0 0 .375rem; padding: 0; font-weight: 600; }
.choice { display: flex; align-items: flex-start; gap: .75rem; border-top: 1px solid var(--line); }
.choice:last-child { border-bottom: 1px solid var(--line); }
.choice input { flex: none; width: 1.25rem; height: 1.25rem; margin: .75rem 0 0 .125rem; accent-color: var(--strong); }
.choice label { flex: 1; min-width: 0; padding: .625rem 0; font-weight: 400; cursor: pointer; }

button { min-height: 2.75rem; max-width: 100%; padding: .5rem min(1.25rem, 5vw); border: 1px solid var(--field); border-radius: .5rem; background: var(--card); color: var(--text); font: inherit; font-weight: 600; cursor: pointer; overflow-wrap: break-word; }
button:hover { background: var(--soft-hover); }
button.strong { border-color: var(--strong); background: var(--strong); color: var(--on-strong); }
button.strong:hover { border-color: var(--strong-hover); background: var(--strong-hover); }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; margin: 0 0 1rem; }
.buttons button { flex: 1 1 7rem; min-width: 0; }
.or { display: flex; align-items: center; gap: .75rem; margin: .75rem 0; color: var(--quiet); }
.or::before, .or::after { content: ""; flex: 1; border-top: 1px solid var(--line); }

.items { margin: 0; padding: 0; list-style: none; }
.items > li { padding: 1rem 0; border-top: 1px solid var(--line); }
.items > li:last-child { padding-bottom: 0; }
.items + h2 { margin-top: 1.75rem; }
.items + form { margin-top: 1.25rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
.items p { margin-bottom: .5rem; }
.items p.host { margin-bottom: .25rem; }
.items ul { margin-bottom: .5rem; list-style: disc; }
.items > li > :last-child { margin-bottom: 0; }

details form { margin: 0; }
summary { width: fit-content; padding: .625rem 0; color: var(--strong); cursor: pointer; }

@media (min-width: 40rem) {
  main { padding-top: 4rem; }
  .card { padding: 2rem; }
}
@media (forced-colors: active) {
  button.strong { border-width: 3px; }
}
`;

/** Within the page, since it is small and no page of ours is kept: no second request, and no policy but its hash. */
export const styleTag = new Html(`<style>${css}</style>`);

/** That style and no other (Content Security Policy 3, section 6.7.3.3). */
export const STYLE_SOURCE = `'sha256-${Buffer.from(sha256(css), 'hex').toString('base64')}'`;
