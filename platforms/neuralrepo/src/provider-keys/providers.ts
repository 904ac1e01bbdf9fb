import type { IdentitySettings, PlatformMeans } from 'gatehouse';
import type { Provider } from '../ideas/values.js';

/** How a provider is spoken to: https://docs.anthropic.com/en/api/messages, or https://platform.openai.com/docs/api-reference/chat. */
type Shape = 'anthropic' | 'openai';

interface Known {
  readonly name: string;
  readonly shape: Shape;
  readonly url: string;
  readonly model: string;
  /** What answers only to a key that is good. */
  readonly probe: string;
}

const KNOWN: Readonly<Record<Provider, Known>> = {
  anthropic: { name: 'Anthropic', shape: 'anthropic', url: 'https://api.anthropic.com/v1', model: 'claude-sonnet-4-5', probe: '/models' },
  openai: { name: 'OpenAI', shape: 'openai', url: 'https://api.openai.com/v1', model: 'gpt-4.1', probe: '/models' },
  // Its list of models is open to everyone.
  openrouter: { name: 'OpenRouter', shape: 'openai', url: 'https://openrouter.ai/api/v1', model: 'openrouter/auto', probe: '/key' },
};

/** A provider as it is configured here. */
export interface Endpoint extends Known {
  readonly id: Provider;
}

const settingOf = (provider: Provider, what: 'URL' | 'MODEL'): string => `NEURALREPO_${provider.toUpperCase()}_${what}`;
const all = Object.keys(KNOWN) as readonly Provider[];

/** Where each provider is, and which model writes where the caller names none. */
export const providerSettings = all.flatMap((provider) => [settingOf(provider, 'URL'), settingOf(provider, 'MODEL')]);

export function endpointOf(id: Provider, settings: PlatformMeans['settings']): Endpoint {
  const known = KNOWN[id];
  const url = settings[settingOf(id, 'URL')]?.replace(/\/+$/, '') ?? known.url;
  return { ...known, id, url, model: settings[settingOf(id, 'MODEL')] ?? known.model };
}

/** @throws where an address is none that may be asked */
export function checkProviders({ settings, development }: IdentitySettings): void {
  for (const provider of all) {
    const name = settingOf(provider, 'URL');
    const text = settings[name];
    if (text === undefined) continue;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
      throw new Error(`${name} must be a URL such as https://api.example.com/v1, without a user, a query or a fragment.`);
    if (url.protocol === 'http:' && !development) throw new Error(`${name} must begin with https://; http:// to this machine is for development.`);
  }
}

/** The headers that bring a key. */
export function authorized({ shape }: Endpoint, key: string): Readonly<Record<string, string>> {
  return shape === 'anthropic' ? { 'x-api-key': key, 'anthropic-version': '2023-06-01' } : { authorization: `Bearer ${key}` };
}
