/** The library, and what brings it requests without a network. */
export type Loaded = typeof import('oidc-provider') & { readonly inject: typeof import('light-my-request').default };

let loading: Promise<Loaded> | undefined;

/** What the library says when it is loaded by a Node that its authors no longer test with. We do, and nobody is to be worried by it. */
const SAID = 'oidc-provider WARNING: Unsupported runtime.';

/** Loaded when it is first needed: it costs more than the whole start may take. */
export function loadLibrary(): Promise<Loaded> {
  loading ??= quietly(load).catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(): Promise<Loaded> {
  const [library, { default: inject }] = await Promise.all([import('oidc-provider'), import('light-my-request')]);
  return { ...library, inject };
}

async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const { warn } = console;
  console.warn = (...said: unknown[]) => {
    if (!String(said[0]).includes(SAID)) warn(...said);
  };
  try {
    return await work();
  } finally {
    console.warn = warn;
  }
}
