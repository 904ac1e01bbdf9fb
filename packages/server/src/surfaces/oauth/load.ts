type Library = typeof import('oidc-provider');

let loading: Promise<Library> | undefined;

/** What the library says when it is loaded by a Node that its authors no longer test with. We do, and nobody is to be worried by it. */
const SAID = 'oidc-provider WARNING: Unsupported runtime.';

/** The library, loaded when it is first needed: it costs more than the whole start may take. */
export function loadLibrary(): Promise<Library> {
  loading ??= quietly(() => import('oidc-provider')).catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
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
