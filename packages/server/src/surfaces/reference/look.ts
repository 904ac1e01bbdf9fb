/** The page beside the viewer. */
export const style = `html, body { margin: 0; height: 100%; background: light-dark(#ffffff, #16181d); color: light-dark(#1c1f26, #e4e6eb); font-family: system-ui, sans-serif; }
a { color: inherit; }
noscript { display: block; padding: 2rem 1rem; }
`;

/** Gives the viewer the reader's own scheme, light or dark, whenever that changes. */
export const colours = `const dark = matchMedia('(prefers-color-scheme: dark)');
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
`;
