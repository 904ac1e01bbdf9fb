import { Fault, shownUrl, told, unexpected } from '../fault.js';
import type { Challenge, Play, Step } from '../play.js';
import type { Answer } from '../wire.js';

const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'gatehouse-doctor', version: '1' } },
});

/** How every client begins: a call without a credential. */
export function callMcp(
  { target, wire }: Pick<Play, 'target' | 'wire'>,
  more: { readonly url?: string; readonly body?: string; readonly token?: string } = {},
) {
  return wire.send({
    method: 'POST',
    url: more.url ?? target.mcp,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(more.token === undefined ? {} : { authorization: `Bearer ${more.token}`, 'mcp-protocol-version': '2025-11-25' }),
    },
    body: more.body ?? INITIALIZE,
  });
}

export interface ChallengeNeeds {
  /** Whether the client looks nowhere else for the metadata. */
  readonly metadata: 'required' | 'optional';
}

/** RFC 9728, section 5.1. */
export function challenge({ metadata }: ChallengeNeeds): Step {
  return {
    name: 'challenge',
    async run(play) {
      const answer = await callMcp(play);
      if (answer.status !== 401) return noChallenge(answer, play);
      const header = answer.headers['www-authenticate'];
      if (header === undefined && metadata === 'required')
        return new Fault(
          'a WWW-Authenticate header with the 401',
          `${told(answer)}, without one`,
          'Let the reverse proxy pass on WWW-Authenticate; clients learn from it where to sign in.',
        );
      const read = header === undefined ? {} : challengeIn(header);
      if (read.metadataUrl === undefined) return metadata === 'required' ? nothingNamed(header ?? '') : { challenge: read };
      return foreign(read.metadataUrl, play.target.origin) ?? { challenge: read };
    },
  };
}

function noChallenge(answer: Answer, { target }: Play): Fault {
  const expected = `HTTP 401 to a call of ${shownUrl(target.mcp)} without a credential`;
  if (answer.status >= 200 && answer.status < 300)
    return unexpected(expected, answer, 'Require a credential here: whoever calls is let in without one, so that no client ever signs anybody in.');
  if (answer.status === 404)
    return unexpected(expected, answer, `Give the address of the MCP endpoint itself, or let the reverse proxy forward ${new URL(target.mcp).pathname}.`);
  return unexpected(expected, answer, 'Answer 401 with a WWW-Authenticate header: clients begin to sign in at nothing else.');
}

function nothingNamed(header: string): Fault {
  return new Fault(
    'resource_metadata in the Bearer challenge of WWW-Authenticate',
    `a challenge without it: ${header.replace(/[^\x20-\x7e]/g, '?').slice(0, 160)}`,
    'Let the platform hand out OAuth tokens (`authorization`) and take them at its MCP endpoint (`mcpBy`), and let no reverse proxy rewrite WWW-Authenticate: the client looks nowhere else for where to sign in.',
  );
}

function foreign(metadataUrl: string, origin: string): Fault | undefined {
  const named = URL.canParse(metadataUrl) ? new URL(metadataUrl).origin : undefined;
  if (named === origin) return undefined;
  return new Fault(
    `resource_metadata under ${origin}`,
    named === undefined ? `"${shownUrl(metadataUrl)}", which is no absolute URL` : `an address under ${named}`,
    `Start Gatehouse with --public-url ${origin}: its addresses are made from another origin than the one that people use.`,
  );
}

/** The parameters of the Bearer challenge, as clients read them: by name, quoted or not. */
export function challengeIn(header: string): Challenge {
  const bearer = /(?:^|,)\s*Bearer\s+(.*)$/i.exec(header)?.[1];
  if (bearer === undefined) return {};
  const read = (name: string) => {
    const found = new RegExp(`(?:^|[\\s,])${name}=(?:"([^"]*)"|([^\\s,]+))`).exec(bearer);
    return found?.[1] ?? found?.[2];
  };
  const [metadataUrl, scope] = [read('resource_metadata'), read('scope')];
  return { ...(metadataUrl === undefined ? {} : { metadataUrl }), ...(scope === undefined ? {} : { scope }) };
}

/** Clients that listen ask for a stream with GET: no page and no server error may come of that. */
export const listening: Step = {
  name: 'listening',
  async run({ target, wire }) {
    const answer = await wire.send({ url: target.mcp, headers: { accept: 'text/event-stream' } });
    if (answer.status === 401 || answer.status === 405) return {};
    return unexpected(
      'HTTP 401 or 405 to a GET of the MCP endpoint without a credential',
      answer,
      'Let GET requests through to the MCP endpoint as well: clients listen on it, and know 401 and 405 only.',
    );
  },
};
