import { createHash, randomBytes } from 'node:crypto';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestApp } from '../../../../test/support/open-app.js';

/** A program on the person's own machine that wants to use the platform: it registers itself, and waits on a free port for what comes back. */
export interface Agent {
  readonly name: string;
  /** Where it sends the person's browser. */
  begin(scope: string): Promise<string>;
  /** What came back to it last: the parameters of the redirect. */
  answer(): URLSearchParams;
  /** Every `Referer` that came to it: pages that the person was on before. */
  readonly referers: readonly string[];
  /** Its access token, for the code that came back. */
  redeem(): Promise<string>;
  close(): Promise<void>;
}

interface Begun {
  readonly verifier: string;
  readonly state: string;
}

export async function openAgent(app: TestApp, name: string): Promise<Agent> {
  let came: URLSearchParams | undefined;
  const referers: string[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(String(request.url), 'http://127.0.0.1');
    if (pathname === '/callback') came = searchParams;
    if (request.headers.referer !== undefined) referers.push(request.headers.referer);
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Done</title><p>You can close this window.</p>');
  });
  const redirectUri = `http://127.0.0.1:${await listening(server)}/callback`;
  const client = await register(app, name, redirectUri);
  let begun: Begun | undefined;
  const answer = (): URLSearchParams => {
    if (came === undefined) throw new Error(`Nothing has come back to ${name}.`);
    return came;
  };
  return {
    name,
    answer,
    referers,
    async begin(scope) {
      came = undefined;
      begun = { verifier: randomBytes(32).toString('base64url'), state: randomBytes(8).toString('hex') };
      const url = new URL('/oauth/authorize', app.url);
      const challenge = createHash('sha256').update(begun.verifier).digest('base64url');
      const parameters = { response_type: 'code', client_id: client, redirect_uri: redirectUri, scope, state: begun.state, code_challenge: challenge };
      url.search = String(new URLSearchParams({ ...parameters, code_challenge_method: 'S256', resource: `${app.url}/mcp` }));
      return url.href;
    },
    async redeem() {
      const got = answer();
      if (begun === undefined || got.get('state') !== begun.state) throw new Error('What came back is not the answer to what was asked.');
      const form = {
        grant_type: 'authorization_code',
        code: got.get('code') ?? '',
        redirect_uri: redirectUri,
        client_id: client,
        code_verifier: begun.verifier,
      };
      const response = await fetch(`${app.url}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) });
      const body = (await response.json()) as { readonly access_token?: string };
      if (body.access_token === undefined) throw new Error(`${response.status} ${JSON.stringify(body)}`);
      return body.access_token;
    },
    close: () => new Promise((closed) => void server.close(() => closed()).closeAllConnections()),
  };
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
}

async function register(app: TestApp, name: string, redirectUri: string): Promise<string> {
  const { status, body, text } = await app.call('POST', '/oauth/register', { body: { client_name: name, redirect_uris: [redirectUri] } });
  if (status !== 201) throw new Error(`${status} ${text}`);
  return body.client_id;
}
