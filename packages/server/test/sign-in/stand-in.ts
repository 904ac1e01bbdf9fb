import { createHash, randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type SigningKey, newKey, sign } from '../identity/issuer-server.js';

type Claims = Readonly<Record<string, unknown>>;

export const CLIENT = { clientId: 'gatehouse-client', clientSecret: 'a secret of the client' };

/** What it did not answer as it should, where a test says so. */
export interface Misdeeds {
  /** Claims of the ID token, over the right ones; undefined takes one away. */
  claims?: Claims;
  /** Signs with a key that it does not publish. */
  forged?: boolean;
  /** Whole answer of the token endpoint. */
  token?: { readonly status: number; readonly body: object | string };
  /** Whole answer of GitHub's API, by path. */
  api?: Readonly<Record<string, { readonly status?: number; readonly body: unknown }>>;
  /** Added to what it leads back with. */
  back?: Readonly<Record<string, string>>;
  down?: boolean;
  /** Milliseconds that each answer takes. */
  slow?: number;
  discovery?: object;
}

interface Code {
  readonly challenge: string | null;
  readonly nonce: string | null;
  readonly redirectUri: string;
}

/** A provider on loopback, OpenID Connect and GitHub in one, that misbehaves on demand. Everybody is signed in there. */
export class StandIn {
  misdeeds: Misdeeds = {};
  /** Who is signed in. */
  person: Claims = { sub: 'ann', email: 'ann@example.com', email_verified: true, name: 'Ann' };
  /** Forms that the token endpoint got, with their `Authorization`. */
  readonly redeemed: { readonly form: URLSearchParams; readonly authorization: string | undefined }[] = [];
  readonly asked: string[] = [];
  readonly #codes = new Map<string, Code>();
  readonly #keys: { readonly own: SigningKey; readonly foreign: SigningKey };
  readonly #server: Server;

  private constructor(own: SigningKey, foreign: SigningKey) {
    this.#keys = { own, foreign };
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(): Promise<StandIn> {
    const standIn = new StandIn(await newKey('ES256', 'one'), await newKey('ES256', 'one'));
    await new Promise<void>((done) => standIn.#server.listen(0, '127.0.0.1', done));
    return standIn;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  /** What the person's browser is led back with. */
  authorize(url: string): { readonly to: string; readonly fields: URLSearchParams } {
    const { searchParams: asked, pathname } = new URL(url);
    const redirectUri = asked.get('redirect_uri') ?? '';
    const code = randomUUID();
    this.#codes.set(code, { challenge: asked.get('code_challenge'), nonce: asked.get('nonce'), redirectUri });
    const iss: Record<string, string> = pathname.startsWith('/login') ? {} : { iss: this.url };
    return { to: redirectUri, fields: new URLSearchParams({ code, state: asked.get('state') ?? '', ...iss, ...this.misdeeds.back }) };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', this.url);
    this.asked.push(pathname);
    if (this.misdeeds.down === true) {
      request.socket.destroy();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { status = 200, body } = await this.#answer(pathname, request, new URLSearchParams(Buffer.concat(chunks).toString()));
    if (this.misdeeds.slow !== undefined) await new Promise((done) => setTimeout(done, this.misdeeds.slow));
    response.writeHead(status, { 'content-type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  async #answer(path: string, request: IncomingMessage, form: URLSearchParams): Promise<{ readonly status?: number; readonly body: unknown }> {
    if (path === '/.well-known/openid-configuration') return { body: this.#metadata() };
    if (path === '/jwks') return { body: { keys: [this.#keys.own.jwk] } };
    if (path === '/token' || path === '/login/oauth/access_token') return this.#redeem(form, request.headers.authorization, path === '/token');
    return this.misdeeds.api?.[path] ?? { status: 404, body: {} };
  }

  #metadata(): object {
    const at = (path: string) => this.url + path;
    const endpoints = { authorization_endpoint: at('/authorize'), token_endpoint: at('/token'), jwks_uri: at('/jwks') };
    const supports = {
      response_types_supported: ['code'],
      id_token_signing_alg_values_supported: ['ES256'],
      authorization_response_iss_parameter_supported: true,
    };
    return { issuer: this.url, ...endpoints, ...supports, ...this.misdeeds.discovery };
  }

  async #redeem(form: URLSearchParams, authorization: string | undefined, openId: boolean): Promise<{ readonly status?: number; readonly body: unknown }> {
    this.redeemed.push({ form, authorization });
    if (this.misdeeds.token !== undefined) return this.misdeeds.token;
    const code = this.#codes.get(form.get('code') ?? '');
    this.#codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (code === undefined || code.challenge !== challenge || code.redirectUri !== form.get('redirect_uri'))
      return openId ? { status: 400, body: { error: 'invalid_grant' } } : { body: { error: 'bad_verification_code' } };
    const token = { access_token: 'an access token', token_type: 'bearer' };
    if (!openId) return { body: { ...token, scope: 'read:user,user:email' } };
    const at = Math.floor(Date.now() / 1000);
    const claims = { iss: this.url, aud: CLIENT.clientId, iat: at, exp: at + 60, nonce: code.nonce ?? undefined, ...this.person, ...this.misdeeds.claims };
    return { body: { ...token, id_token: await sign(this.misdeeds.forged === true ? this.#keys.foreign : this.#keys.own, claims) } };
  }
}
