import {
  Client,
  type OAuthClientMetadata,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
  StreamableHTTPClientTransport,
  UnauthorizedError,
  type VersionNegotiationMode,
} from '@modelcontextprotocol/client';
import { letIn } from './person.mjs';

/** Nothing listens there: the answer is read off the browser's way. */
export const CALLBACK = 'http://127.0.0.1:41999/callback';

export interface ProgramOptions {
  /** The MCP endpoint. */
  readonly url: string;
  /** `name=value` of a session of the person who uses the program, asked for each time. */
  readonly cookie: () => Promise<string>;
  readonly mode: VersionNegotiationMode;
  /** The address of the program's metadata document, where it has one. */
  readonly document?: string;
}

/** A program made with the official client 2.x, and the person behind it. */
export class Program {
  readonly memory: Memory;
  readonly #options: ProgramOptions;
  #client: Client | undefined;
  #transport: StreamableHTTPClientTransport | undefined;

  constructor(options: ProgramOptions) {
    this.#options = options;
    this.memory = new Memory(options.document);
  }

  /** Connects, asking its person where it must. @param without the scopes that are not allowed then */
  async connect(without: readonly string[] = []): Promise<void> {
    try {
      await this.#open();
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) throw error;
      await this.consent(without);
      await this.#open();
    }
  }

  async #open(): Promise<void> {
    const { url, mode } = this.#options;
    await this.close();
    this.#transport = new StreamableHTTPClientTransport(new URL(url), { authProvider: this.memory });
    this.#client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode } });
    await this.#client.connect(this.#transport);
  }

  /** The person allows what was asked for last. @returns the page, and what was asked for */
  async consent(without: readonly string[] = []): Promise<Awaited<ReturnType<typeof letIn>>> {
    const asked = this.memory.asked.at(-1);
    const consent = await letIn(asked?.href ?? '', await this.#options.cookie(), { without: [...without], deliver: false });
    await this.#transport?.finishAuth(consent.answer.searchParams);
    return consent;
  }

  /** The text of a tool's result. */
  async call(name: string, args: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const result = await this.#client?.callTool({ name, arguments: args });
    return (result?.content as { text: string }[] | undefined)?.[0]?.text ?? '';
  }

  async close(): Promise<void> {
    await this.#client?.close();
    this.#client = undefined;
  }
}

/** What the program keeps. */
class Memory implements OAuthClientProvider {
  readonly redirectUrl = CALLBACK;
  readonly clientMetadata: OAuthClientMetadata = {
    client_name: 'By the official client',
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  };
  readonly clientMetadataUrl?: string;
  /** Where the browser was to be sent, in order. */
  readonly asked: URL[] = [];
  #client: StoredOAuthClientInformation | undefined;
  #tokens: StoredOAuthTokens | undefined;
  #discovered: OAuthDiscoveryState | undefined;
  #verifier = '';

  constructor(document: string | undefined) {
    if (document !== undefined) this.clientMetadataUrl = document;
  }

  state(): string {
    return 'as it was';
  }
  clientInformation(): StoredOAuthClientInformation | undefined {
    return this.#client;
  }
  saveClientInformation(client: StoredOAuthClientInformation): void {
    this.#client = client;
  }
  tokens(): StoredOAuthTokens | undefined {
    return this.#tokens;
  }
  saveTokens(tokens: StoredOAuthTokens): void {
    this.#tokens = tokens;
  }
  redirectToAuthorization(url: URL): void {
    this.asked.push(url);
  }
  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }
  codeVerifier(): string {
    return this.#verifier;
  }
  saveDiscoveryState(state: OAuthDiscoveryState): void {
    this.#discovered = state;
  }
  discoveryState(): OAuthDiscoveryState | undefined {
    return this.#discovered;
  }
  invalidateCredentials(what: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery'): void {
    if (what === 'all' || what === 'client') this.#client = undefined;
    if (what === 'all' || what === 'tokens') this.#tokens = undefined;
    if (what === 'all' || what === 'discovery') this.#discovered = undefined;
  }
}
