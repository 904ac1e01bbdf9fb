export interface Readable {
  readonly encoding: 'utf-8' | 'base64';
  readonly content: string;
}

/** Bytes as JSON can carry them. Text is what is UTF-8 and holds no NUL, whatever its media type claims. */
export function readable(bytes: Uint8Array): Readable {
  const text = textIn(bytes);
  return text === undefined ? { encoding: 'base64', content: Buffer.from(bytes).toString('base64') } : { encoding: 'utf-8', content: text };
}

function textIn(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
