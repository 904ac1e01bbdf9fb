import type { IdentitySettings, PlatformMeans } from 'gatehouse';
import type { Embedder } from './embedder.js';
import { type HttpEmbedderSettings, httpEmbedder } from './http.js';
import { lexical } from './lexical.js';

const URL_NAME = 'NEURALREPO_EMBEDDER_URL';
const MODEL_NAME = 'NEURALREPO_EMBEDDER_MODEL';
const KEY_NAME = 'NEURALREPO_EMBEDDER_KEY';
const DIMENSIONS_NAME = 'NEURALREPO_EMBEDDER_DIMENSIONS';

/** None of them: `local-lexical`. */
export const embedderSettings = [URL_NAME, MODEL_NAME, KEY_NAME, DIMENSIONS_NAME] as const;

const DIMENSIONS = 1024;
const MOST_DIMENSIONS = 4096;

/** What is configured. */
export function embedderOf({ settings, egress }: Pick<PlatformMeans, 'settings' | 'egress'>): Embedder {
  const http = readEmbedder(settings);
  return http === undefined ? lexical : httpEmbedder(http, egress);
}

/** @throws where the settings are wrong, or only some of them are there */
export function checkEmbedder({ settings, development }: IdentitySettings): void {
  const http = readEmbedder(settings);
  if (http?.base.startsWith('http:') && !development) throw new Error(`${URL_NAME} must begin with https://; http:// to this machine is for development.`);
}

function readEmbedder(settings: IdentitySettings['settings']): HttpEmbedderSettings | undefined {
  const { [URL_NAME]: base, [MODEL_NAME]: model, [KEY_NAME]: key, [DIMENSIONS_NAME]: dimensions } = settings;
  if (base === undefined && model === undefined && key === undefined && dimensions === undefined) return undefined;
  if (base === undefined) throw new Error(`${URL_NAME} is missing: set it beside the other settings of the embedder, or none of them.`);
  if (model === undefined) throw new Error(`${MODEL_NAME} is missing: it names the model that ${URL_NAME} is asked for.`);
  return { base: checkedBase(base), model, key: checkedKey(key), dimensions: checkedDimensions(dimensions) };
}

function checkedBase(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new Error(`${URL_NAME} must be a URL such as https://api.example.com/v1, without a user, a query or a fragment.`);
  return url.href.replace(/\/+$/, '');
}

/** Into a header it must fit. What was given is not repeated. */
function checkedKey(key: string | undefined): string | undefined {
  if (key !== undefined && !/^[\x21-\x7e]+$/.test(key)) throw new Error(`${KEY_NAME} must be visible ASCII characters without blanks.`);
  return key;
}

function checkedDimensions(text: string | undefined): number {
  const dimensions = text === undefined ? DIMENSIONS : Number(text);
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > MOST_DIMENSIONS)
    throw new Error(`${DIMENSIONS_NAME} must be a whole number from 1 to ${MOST_DIMENSIONS}: how many the model answers with.`);
  return dimensions;
}
