// Run within a browser: what of a page somebody could not read or reach that axe does not see. Each finding is a sentence; none is good.

/** WCAG 2.2: 1.4.4 and 1.4.10 (text made larger, reflow), 1.4.11 (what is no text), 2.5.5 (size of targets). */
export function auditPage() {
  const shown = (element) => element.getClientRects().length > 0 && !element.closest('.unseen');
  const all = [...document.body.querySelectorAll('*')].filter(shown);
  const parse = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const contrast = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const opaque = (color) => color.length === 3 || color[3] === 1;
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (opaque(color)) return color;
    }
    return [255, 255, 255];
  };
  const says = (element) => `<${element.localName}> ${JSON.stringify((element.textContent || element.name || '').trim().slice(0, 40))}`;
  /** Whole words that a line ends within. What has no place to break, such as an address, may break anywhere. */
  const brokenWords = (node) =>
    [...node.data.matchAll(/(?<![^\s([“])\p{L}{2,15}(?![^\s.,;:?!)\]”])/gu)].filter(({ 0: word, index }) => {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      return range.getClientRects().length > 1;
    });
  const findings = [];

  if (document.documentElement.scrollWidth > innerWidth) findings.push(`it is ${document.documentElement.scrollWidth} wide, not ${innerWidth}`);
  for (const element of all) {
    if (element.matches('button, select, input:is([type=email], [type=text], [type=tel], [type=date])')) {
      const around = behind(element.parentElement);
      const ratio = Math.max(contrast(parse(getComputedStyle(element).borderTopColor), around), contrast(behind(element), around));
      if (!(ratio >= 3)) findings.push(`the edge of ${says(element)} stands out by ${ratio.toFixed(2)}, not 3`);
      const { width, height } = element.getBoundingClientRect();
      if (width < 44 || height < 44) findings.push(`${says(element)} is ${width} by ${height}`);
    }
    const { left, right } = element.getBoundingClientRect();
    const within = element.parentElement.closest('.card')?.getBoundingClientRect() ?? { left: 0, right: innerWidth };
    if (right > within.right + 1 || left < within.left - 1) findings.push(`${says(element)} reaches beyond the edge`);
    for (const node of element.childNodes) {
      if (node.nodeType === 3) for (const [word] of brokenWords(node)) findings.push(`"${word}" is broken in ${says(element)}`);
    }
  }
  return findings;
}

/** What has the focus, and how its outline stands out: null where nothing has it. */
export function focused() {
  const element = document.activeElement;
  if (element === null || element === document.body) return null;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  return { what: element.id || element.value || element.textContent.trim(), visible: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 };
}

/** Letters twice as large (WCAG 2.2, 1.4.4), or as they are. */
export function enlarge(large) {
  document.documentElement.style.fontSize = large ? '200%' : '';
}
