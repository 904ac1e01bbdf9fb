/** `{{ ticket.title }}` or `{{ticket.title}}`; with a backslash before it, it is to stay as it is. */
const VARIABLE = /(\\?)\{\{\s*([A-Za-z_]\w*(?:\.\w+)*)\s*\}\}/g;

/** Values by group: `{ ticket: { title: … }, message: … }`. */
export type TemplateContext = Readonly<Record<string, unknown>>;

export interface Rendered {
  readonly text: string;
  /** Variables without a value, which are left empty; each once, in the order of the text. */
  readonly unresolved: readonly string[];
  /** How many characters of `room` are left; below zero the values were too long, and the text is cut. */
  readonly room: number;
}

/** Fills in the variables, once: what a value says is not looked at for variables again. Values may have `room` characters in all. */
export function render(template: string, context: TemplateContext, room: number): Rendered {
  const unresolved = new Set<string>();
  let left = room;
  const text = template.replace(VARIABLE, (whole: string, escaped: string, name: string) => {
    if (escaped !== '') return whole.slice(1);
    const value = lookedUp(context, name);
    if (value === undefined) unresolved.add(name);
    if (left < 0) return '';
    const filled = written(value);
    left -= filled.length;
    return filled;
  });
  return { text, unresolved: [...unresolved], room: left };
}

/** Own members only: `constructor` is no variable. */
function lookedUp(context: TemplateContext, name: string): unknown {
  let at: unknown = context;
  for (const part of name.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as TemplateContext)[part];
  }
  return at ?? undefined;
}

/** Lists of texts have commas between them; other structures are JSON. */
function written(value: unknown): string {
  if (value === undefined) return '';
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
