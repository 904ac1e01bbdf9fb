import { afterAll, expect } from 'vitest';

/** A raw key of any platform, which is a prefix and 64 hex digits, an access token, or a program's secret. Their hashes have no prefix. */
const RAW_KEY = /\b[a-z]{2,8}_[0-9a-f]{64}\b|\bgh[ac]_[\w-]{43}/g;
/** A refresh token, which is answered again to who asks again, or the token of a link or an invitation. */
const OTHER_TOKEN = /\bgh[ilr]_[\w-]{43}/g;
/** An authorization code, on its way to the program. */
const CODE = /[?&]code=([\w-]{20,})/;

const codes = new Set<string>();
const answered = new Map<string, number>();

/** A stream may have no end to wait for. */
const WHOLE = /json|text\/(?!event-stream)/;

let watching = false;

/** Every whole answer that any test gets by `fetch` is read for raw keys: none may come twice in one file. Runs in every test file. */
export function watchAnswers(): void {
  answered.clear();
  // One process runs many files.
  if (!watching) watchFetch();
  watching = true;
  afterAll(() => {
    const repeated = [...answered].filter(([, times]) => times > 1).map(([raw]) => raw);
    expect(repeated, 'raw keys that were answered more than once').toEqual([]);
  });
}

function watchFetch(): void {
  const real = globalThis.fetch;
  globalThis.fetch = async (...asked) => {
    const response = await real(...asked);
    const code = CODE.exec(response.headers.get('location') ?? '')?.[1];
    if (code !== undefined) codes.add(code);
    if (response.body !== null && WHOLE.test(response.headers.get('content-type') ?? '')) {
      for (const [raw] of (await response.clone().text()).matchAll(RAW_KEY)) answered.set(raw, (answered.get(raw) ?? 0) + 1);
    }
    return response;
  };
}

/** Fails where a raw key of any form stands in the log, or in what a database holds. */
export function expectNoSecrets(logged: string, stored: string): void {
  const found = [logged, stored].flatMap((text) => [
    ...(text.match(RAW_KEY) ?? []),
    ...(text.match(OTHER_TOKEN) ?? []),
    ...[...codes].filter((code) => text.includes(code)),
  ]);
  expect(found, 'raw keys in the log or in a table').toEqual([]);
}
