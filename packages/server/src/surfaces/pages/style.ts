import { sha256 } from '../../domain/presented.js';
import { Html } from './html.js';

const css = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f3f4f6, #101317);
  --card: light-dark(#ffffff, #191d23);
  --text: light-dark(#1a1d21, #e7e9ec);
  --quiet: light-dark(#545c66, #a4adb8);
  --line: light-dark(#d5d9de, #343b45);
  --field: light-dark(#7c8590, #76808c);
  --strong: light-dark(#1d5fb8, #8db9f7);
  --on-strong: light-dark(#ffffff, #0b1b31);
  --strong-hover: light-dark(#174d96, #a9cafa);
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
main { width: 100%; max-width: 30rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25; text-wrap: balance; }
h2 { margin: 0 0 .75rem; font-size: 1.125rem; line-height: 1.35; }
h3 { margin: 0; font-size: 1rem; }
p { margin: 0 0 1rem; }
a { color: var(--strong); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--strong); outline-offset: 2px; }
`;

/** Within the page, since it is small and no page of ours is kept: no second request, and no policy but its hash. */
export const styleTag = new Html(`<style>${css}</style>`);

/** That style and no other (Content Security Policy 3, section 6.7.3.3). */
export const STYLE_SOURCE = `'sha256-${Buffer.from(sha256(css), 'hex').toString('base64')}'`;
