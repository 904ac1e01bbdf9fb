import { createBrowser } from '../browser.js';
import { Fault, isPage, objectIn, redirectOf, shownUrl, told, unexpected } from '../fault.js';
import { allowing } from '../form.js';
import { type Asked, type Play, type ServerMetadata, type Step, known } from '../play.js';
import type { Answer } from '../wire.js';
import { callMcp } from './challenge.js';
import { askToken, signed, tokensIn } from './token.js';

/** The person allows all that the page proposes, and the browser brings the code to the client. */
export const consent: Step = {
  name: 'consent',
  signedIn: true,
  async run(play) {
    const asked = known(play.found, 'asked');
    const server = known(play.found, 'server');
    const { origin } = new URL(asked.url);
    const browser = createBrowser(play.wire, origin, play.cookie);
    const page = await browser.open(asked.url);
    if (!isPage(page) || page.status !== 200)
      return unexpected(
        'the page that asks for consent',
        page,
        'See the log of the authorization server: whoever is signed in does not get to the page that asks for consent.',
      );
    const form = allowing(page);
    if (form === undefined)
      return new Fault('a form that allows it', told(page), 'Sign in again and give the doctor that session: the one that it was given is not signed in.');
    return codeIn(await browser.submit(form.url, form.fields), asked, server);
  },
};

function codeIn(answer: Answer, asked: Asked, server: ServerMetadata) {
  const to = redirectOf(answer);
  const code = to?.searchParams.get('code');
  if (to === undefined || to.protocol !== new URL(asked.redirectUri).protocol || code === null || code === undefined)
    return unexpected(
      `a redirect to ${asked.redirectUri} with a code`,
      answer,
      'See the log of the authorization server: consent was given, and no code came of it.',
    );
  if (to.searchParams.get('state') !== asked.state)
    return new Fault(
      'the state that the client sent',
      'another one, or none',
      'Send the client’s `state` back as it came (RFC 6749, section 4.1.2): without it the client takes the code for forged.',
    );
  const iss = to.searchParams.get('iss');
  if ((server.namesItself || iss !== null) && iss !== server.issuer)
    return new Fault(
      `iss=${server.issuer ?? ''} with the code`,
      iss === null ? 'none' : shownUrl(iss),
      'Name the issuer with every code exactly as the metadata does (RFC 9207): the client throws the code away otherwise.',
    );
  return { code };
}

export const exchange: Step = {
  name: 'code-exchange',
  signedIn: true,
  async run(play) {
    return tokensIn(await askToken(play, codeForm(play)), 'a code');
  },
};

function codeForm({ found }: Play): Record<string, string> {
  const { redirectUri, verifier, resource } = known(found, 'asked');
  return {
    grant_type: 'authorization_code',
    code: known(found, 'code'),
    redirect_uri: redirectUri,
    code_verifier: verifier,
    ...(resource === undefined ? {} : { resource }),
  };
}

const LIST = JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/list' });

/** The token is good where it was asked for. */
export const tools: Step = {
  name: 'tools',
  signedIn: true,
  async run(play) {
    const answer = await callMcp(play, { body: LIST, token: known(play.found, 'tokens').access });
    if (answer.status === 200 && answer.text.includes('"tools"')) return {};
    return unexpected(
      'a list of tools for the token',
      answer,
      'Accept at the MCP endpoint the tokens that the authorization server gives away for it: issuer and resource must be the same on both sides.',
    );
  },
};

const AT_ONCE = 8;

/** Windows of one program refresh at the same time, with the same token: none may be signed out by another (MCP clients keep one token for all). */
export const refreshTogether: Step = {
  name: 'parallel-refresh',
  signedIn: true,
  async run(play) {
    const { refresh } = known(play.found, 'tokens');
    const { resource } = known(play.found, 'asked');
    const form = { grant_type: 'refresh_token', refresh_token: refresh, ...(resource === undefined ? {} : { resource }) };
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => askToken(play, form)));
    const results = answers.map((answer) => tokensIn(answer, 'a refresh token'));
    const good = results.flatMap((result) => (result instanceof Fault || result.tokens === undefined ? [] : [result.tokens]));
    const bad = answers.find((_answer, index) => results[index] instanceof Fault);
    if (bad !== undefined)
      return unexpected(
        `tokens for each of ${AT_ONCE} refreshes at once with one token`,
        bad,
        'Answer a refresh token that was replaced half a minute ago or less with its successor again: windows of one program refresh at the same time, and the rest of them are signed out.',
      );
    for (const { access } of good) {
      const answer = await callMcp(play, { body: LIST, token: access });
      if (answer.status !== 200)
        return unexpected(
          'every token of a parallel refresh to be good',
          answer,
          'Let the grant live on when several refresh at once: to take that for theft signs all windows of a program out.',
        );
    }
    const [last] = good.slice(-1);
    return last === undefined ? {} : { tokens: last };
  },
};

/** It was used: whoever comes with it again has stolen it (RFC 6749, section 4.1.2). */
export const codeAgain: Step = {
  name: 'code-used-again',
  signedIn: true,
  async run(play) {
    const answer = await askToken(play, codeForm(play));
    if (answer.status === 400 && objectIn(answer)?.error === 'invalid_grant') return {};
    return unexpected(
      'HTTP 400 with "invalid_grant" for a code that was used',
      answer,
      'Redeem a code once, by one conditional update: a stolen one is good for nothing then.',
    );
  },
};

/** What is given back ends at once (RFC 7009). It also leaves nothing behind of this examination. */
export const revocation: Step = {
  name: 'revocation',
  signedIn: true,
  async run(play) {
    const { revocation: endpoint } = known(play.found, 'server');
    const { access, refresh } = known(play.found, 'tokens');
    if (endpoint === undefined) return {};
    const answer = await play.wire.send({ method: 'POST', url: endpoint, ...signed({ token: refresh }, known(play.found, 'registered')) });
    if (answer.status !== 200)
      return unexpected('HTTP 200 to a revocation', answer, 'Take back any token of a client that asks for it (RFC 7009, section 2.2).');
    const after = await callMcp(play, { body: LIST, token: access });
    if (after.status === 401) return {};
    return new Fault(
      'HTTP 401 to a token whose refresh token was revoked',
      told(after),
      'End the whole grant when its refresh token is revoked (RFC 7009, section 2.1).',
    );
  },
};
