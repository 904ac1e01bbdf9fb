/** HTML that is safe to send: made by `html` alone. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Piece = Html | string | number | null | undefined | false | readonly Piece[];

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * A template whose values are escaped, between tags and within quoted attributes alike. `null`, `undefined` and `false` are nothing.
 * @throws TypeError where a value stands as an attribute without quotes, in which no escaping would hold it
 */
export function html(parts: TemplateStringsArray, ...values: readonly Piece[]): Html {
  return new Html(
    parts.reduce((text, part, i) => {
      if (parts[i - 1]?.endsWith('=')) throw new TypeError('A value in an attribute needs quotes around it.');
      return text + written(values[i - 1]) + part;
    }),
  );
}

function written(piece: Piece): string {
  if (piece instanceof Html) return piece.text;
  if (piece === null || piece === undefined || piece === false) return '';
  if (typeof piece === 'object') return piece.map(written).join('');
  return String(piece).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** The address as a link may have it: a path of our own, or one on the web. Whatever a browser would run (`javascript:`, `data:`) is none. */
export function linkTo(address: string | null): string | null {
  if (address === null) return null;
  if (/^\/(?![/\\])[!-~]*$/.test(address)) return address;
  return URL.canParse(address) && ['https:', 'http:'].includes(new URL(address).protocol) ? new URL(address).href : null;
}
