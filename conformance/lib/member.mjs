// A member of an organisation, known by her identity provider, and the key that she makes for her agent.
import { startIssuer } from './issuer.mjs';

/** Logged by the platform's tools that stand for the organisation's administrator. */
const WANTED = '"event":"role_change_wanted"';

/**
 * Changes the member's role whenever the server's log says that it is wanted: what her key covers changes with it.
 * @returns `environment` is what the server needs to be started with; `join` settles with the key
 */
export async function startMember() {
  const issuer = await startIssuer();
  const roles = ['admin', 'member'];
  let server;
  return {
    environment: { CONFORMANCE_ISSUER: issuer.url },
    async join(running) {
      server = running;
      const body = JSON.stringify({ name: 'agent', scopes: ['*'] });
      const { status, text } = await call('POST', '/api/v1/gatehouse/keys', body);
      if (status !== 201) throw new Error(`The member could not make a key: ${status} ${text}`);
      running.onOutput((said) => said.includes(WANTED) && changeRole());
      return JSON.parse(text).raw_key;
    },
    close: issuer.close,
  };

  /** A token with the new role is news to the server, whatever is asked with it. */
  async function changeRole() {
    roles.reverse();
    await call('GET', '/api/v1/version').catch(() => undefined);
  }

  async function call(method, path, body) {
    const headers = { authorization: `Bearer ${issuer.token(roles[0])}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const response = await fetch(server.url + path, { method, headers, ...(body === undefined ? {} : { body }) });
    return { status: response.status, text: await response.text() };
  }
}
