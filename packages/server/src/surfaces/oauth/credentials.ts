import type { HttpIn } from '../http.js';

export interface ClientCredentials {
  readonly id: string;
  readonly secret: string;
}

/** What a program authenticates with, in a header or in the body (RFC 6749, section 2.3.1); undefined where it does neither, or both. */
export function credentialsIn(request: HttpIn, form: URLSearchParams): ClientCredentials | undefined {
  const header = request.header('authorization');
  const inBody = form.get('client_secret');
  if (header !== undefined) return inBody === null ? basic(header, form.get('client_id')) : undefined;
  const id = form.get('client_id');
  return id === null || inBody === null ? undefined : { id, secret: inBody };
}

/** Both parts are encoded as in a form before they are joined. */
function basic(header: string, named: string | null): ClientCredentials | undefined {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header)?.[1];
  const [, id, secret] = encoded === undefined ? [] : (/^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? []);
  const plain = { id: decoded(id), secret: decoded(secret) };
  if (plain.id === undefined || plain.secret === undefined || (named !== null && named !== plain.id)) return undefined;
  return { id: plain.id, secret: plain.secret };
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
