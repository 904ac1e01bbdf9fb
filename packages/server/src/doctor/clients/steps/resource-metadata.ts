import { Fault, objectIn, shownUrl, unexpected } from '../fault.js';
import type { Play, ResourceMetadata, Step, Target } from '../play.js';
import { strings } from '../values.js';

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/** Where clients look (RFC 9728, section 3): where the challenge says, between host and path, or at the host alone. */
export type ResourceMetadataPlace = 'challenge' | 'inserted' | 'root';

export interface ResourceMetadataNeeds {
  /** In order; the client takes the first that is there. */
  readonly at: readonly ResourceMetadataPlace[];
  /** `exact`: the resource must be the address that was typed. `within`: that or a part of it before the path's end. */
  readonly resource: 'exact' | 'within';
  /** The client goes on without metadata. */
  readonly orElse?: 'origin';
}

export function resourceMetadata({ at, resource, orElse }: ResourceMetadataNeeds): Step {
  return {
    name: 'resource-metadata',
    async run(play) {
      const urls = urlsOf(play, at);
      const answers = [];
      for (const url of urls) {
        const answer = await play.wire.send({ url, headers: { 'mcp-protocol-version': '2025-11-25' } });
        if (answer.status === 200) return readMetadata(answer, play.target, resource);
        answers.push(answer);
      }
      const [first] = answers;
      if (first === undefined || (orElse === 'origin' && answers.every(({ status }) => status >= 400 && status < 500))) return {};
      return unexpected(
        `protected-resource metadata at ${urls.map((url) => new URL(url).pathname).join(' or ')}`,
        first,
        `Let the reverse proxy forward everything under /.well-known/ to Gatehouse: nothing answers with metadata at ${new URL(first.url).pathname}.`,
      );
    },
  };
}

function urlsOf({ target, found }: Play, at: readonly ResourceMetadataPlace[]): string[] {
  const { pathname } = new URL(target.mcp);
  const places: Readonly<Record<ResourceMetadataPlace, string | undefined>> = {
    challenge: found.challenge?.metadataUrl,
    inserted: `${target.origin}${WELL_KNOWN}${pathname}`,
    root: `${target.origin}${WELL_KNOWN}`,
  };
  const urls = at.map((place) => places[place]).filter((url) => url !== undefined);
  // Where the challenge names one, the client asks there and nowhere else.
  return at[0] === 'challenge' && places.challenge !== undefined ? urls.slice(0, 1) : urls;
}

function readMetadata(answer: Parameters<typeof unexpected>[1], target: Target, needs: ResourceMetadataNeeds['resource']) {
  const body = objectIn(answer);
  const resource = body?.resource;
  const servers = body?.authorization_servers ?? [];
  if (body === undefined || typeof resource !== 'string' || !URL.canParse(resource) || !strings(servers) || !servers.every((server) => URL.canParse(server)))
    return unexpected(
      'JSON with `resource`, a URL, and `authorization_servers`, a list of URLs',
      answer,
      `Let ${new URL(answer.url).pathname} answer with the metadata of RFC 9728, unchanged by any reverse proxy.`,
    );
  const read: ResourceMetadata = { resource, servers };
  return mismatch(read, target, needs) ?? { resource: read };
}

function mismatch({ resource }: ResourceMetadata, { mcp, origin }: Target, needs: ResourceMetadataNeeds['resource']): Fault | undefined {
  const [named, typed] = [new URL(resource), new URL(mcp)];
  if (named.href === typed.href) return undefined;
  const expected = `${mcp} as the \`resource\``;
  if (named.origin !== origin)
    return new Fault(
      expected,
      shownUrl(resource),
      `Start Gatehouse with --public-url ${origin}: its metadata names another origin than the one that people use.`,
    );
  const slashed = (path: string) => (path.endsWith('/') ? path : `${path}/`);
  if (needs === 'within' && slashed(typed.pathname).startsWith(slashed(named.pathname))) return undefined;
  return new Fault(
    expected,
    shownUrl(resource),
    `Name the MCP endpoint itself as the resource, ${mcp}: the client compares the two and ends where they differ.`,
  );
}

/** Served in this form too, whatever the challenge names: some clients look here alone, or once they have lost the challenge. */
export function metadataAt(place: Exclude<ResourceMetadataPlace, 'challenge'>): Step {
  return {
    name: `resource-metadata-${place}`,
    async run(play) {
      const [url = ''] = urlsOf(play, [place]);
      const answer = await play.wire.send({ url });
      if (answer.status === 200 && typeof objectIn(answer)?.resource === 'string') return {};
      return unexpected(
        `protected-resource metadata at ${new URL(url).pathname}`,
        answer,
        `Serve the metadata at ${new URL(url).pathname} as well: let the reverse proxy forward everything under /.well-known/ to Gatehouse.`,
      );
    },
  };
}
