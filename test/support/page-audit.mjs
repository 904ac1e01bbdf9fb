// Runs within a browser: what of a page somebody could not read, reach or name. Each finding is a sentence; none is good.

/** WCAG 2.2: 1.4.3 (text), 1.4.11 (what is no text), 1.4.10 (reflow), 2.5.8 (size of targets), 4.1.2 (names). */
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
  const findings = [];
  const below = (ratio, least, what, element) => {
    if (!(ratio >= least)) findings.push(`${what} of ${says(element)} stands out by ${ratio.toFixed(2)}, not ${least}`);
  };

  if (document.documentElement.scrollWidth > innerWidth) findings.push(`it is ${document.documentElement.scrollWidth} wide, not ${innerWidth}`);
  for (const element of all) {
    const style = getComputedStyle(element);
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
    if (hasText || element.matches('input:is([type=email], [type=text], [type=tel], [type=date])'))
      below(contrast(parse(style.color), behind(element)), 4.5, 'the text', element);
    if (element.matches('button, input:is([type=email], [type=text], [type=tel], [type=date])')) {
      const around = behind(element.parentElement);
      below(Math.max(contrast(parse(style.borderTopColor), around), contrast(behind(element), around)), 3, 'the edge', element);
      const { width, height } = element.getBoundingClientRect();
      if (width < 44 || height < 44) findings.push(`${says(element)} is ${width} by ${height}`);
    }
    if (element.matches('input') && element.labels.length === 0) findings.push(`${says(element)} has no label`);
    if (element.matches('a, button') && element.textContent.trim() === '') findings.push(`${says(element)} has no name`);
    const box = element.getBoundingClientRect();
    if (box.right > innerWidth + 1) findings.push(`${says(element)} reaches beyond the edge`);
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
