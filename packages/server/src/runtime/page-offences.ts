import { TENANT } from '../domain/page-path.js';
import type { PageBinding } from './pages.js';

const PATH = /^(\/[a-z0-9-]+)(\/[a-z0-9._-]+|\/:[a-z][a-z0-9_]*)*$/;
/** What lives there is ours, here or in a later version. */
const OURS: ReadonlySet<string> = new Set(['api', 'mcp', 'oauth', 'docs', 'metrics', 'account', 'sign-in', 'sign-out', 'console', 'health', 'ws']);

/** What is wrong with declared pages, in sentences. */
export function pageOffences(pages: readonly PageBinding[]): readonly string[] {
  const shapes = pages.map(({ path }) => path.replace(/:[a-z0-9_]+/g, ':'));
  return [
    ...pages.flatMap(({ path }) => offencesOf(path)),
    ...pages.filter((_, i) => shapes.indexOf(shapes[i] ?? '') !== i).map(({ path }) => `the page "${path}" is declared twice.`),
  ];
}

function offencesOf(path: string): string[] {
  if (!PATH.test(path)) return [`the path "${path}" of a page is not of the form /things/:tenant/:name.`];
  const [, first = '', ...others] = path.split('/');
  const names = others.filter((part) => part.startsWith(':')).map((part) => part.slice(1));
  return [
    ...(OURS.has(first) ? [`the page "${path}" lies under /${first}, which is Gatehouse's own.`] : []),
    ...(names.filter((name) => name === TENANT).length === 1 ? [] : [`the page "${path}" must say once where its tenant's name stands: :${TENANT}.`]),
    ...(new Set(names).size === names.length ? [] : [`the page "${path}" has two parameters of one name.`]),
  ];
}
