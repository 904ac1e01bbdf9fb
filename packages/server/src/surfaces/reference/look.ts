/** The page beside the viewer, and what the viewer has no attribute for. */
export const style = `html, body { margin: 0; height: 100%; background: light-dark(#ffffff, #16181d); color: light-dark(#1c1f26, #e4e6eb); font-family: system-ui, sans-serif; }
a { color: inherit; }
h1 { margin: 0 0 1rem; }
noscript { display: block; padding: 2rem 1rem; }
@media (max-width: 767.98px) { [slot=overview] { margin: 0 1rem; } }
@media (prefers-color-scheme: dark) {
  openapi-explorer { --light-green: #14301d; --light-blue: #10293a; --light-red: #3a1719; --light-yellow: #332a0b; --light-orange: #3a2510; --inline-code-fg: #ffb3a7; }
}
`;

/** Gives the viewer the reader's own scheme, light or dark, whenever that changes; and its tables one column where there is no room for more. */
export const script = `const dark = matchMedia('(prefers-color-scheme: dark)');
const looks = {
  light: { 'bg-color': '#ffffff', 'text-color': '#1c1f26', 'primary-color': '#1f5fbf', 'secondary-color': '#1f5fbf', 'nav-bg-color': '#f3f5f8', 'nav-text-color': '#333a45', 'nav-hover-bg-color': '#e2e7ef', 'nav-hover-text-color': '#1f5fbf' },
  dark: { 'bg-color': '#16181d', 'text-color': '#e4e6eb', 'primary-color': '#7db0ff', 'secondary-color': '#7db0ff', 'nav-bg-color': '#1d2027', 'nav-text-color': '#c6cad2', 'nav-hover-bg-color': '#2a2e38', 'nav-hover-text-color': '#7db0ff' },
};
function apply() {
  const viewer = document.querySelector('openapi-explorer');
  for (const [name, value] of Object.entries(looks[dark.matches ? 'dark' : 'light'])) viewer.setAttribute(name, value);
}
apply();
dark.addEventListener('change', apply);

const narrow = new CSSStyleSheet();
narrow.replaceSync('@media (max-width: 767.98px) { table[role=presentation] tr, table[role=presentation] td { display: block; } }');
customElements.whenDefined('api-response').then((response) => response.elementStyles.push(narrow));
customElements.whenDefined('openapi-explorer').then(() => {
  const { shadowRoot } = document.querySelector('openapi-explorer');
  shadowRoot.adoptedStyleSheets = [...shadowRoot.adoptedStyleSheets, narrow];
});
`;
