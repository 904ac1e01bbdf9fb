import type { Operation } from '@gatehouse/contract';
import type { Platform } from '../../runtime/platform.js';
import { Components } from './components.js';
import { headerComponents, parameterComponents } from './headers.js';
import { type Served, operationObject, tagOf } from './operation-object.js';
import { schemesOf, securitySchemes } from './security.js';

export interface DocumentOptions {
  readonly platform: Pick<Platform, 'title' | 'version' | 'scopes' | 'authorization' | 'keys' | 'present' | 'tenancy' | 'operations'>;
  readonly operations: readonly Operation[];
  /** Where the REST surface lives. */
  readonly root: string;
}

/** The OpenAPI 3.1 document of all that is served over REST, but for the operator's plane. */
export function openApiDocument({ platform, operations, root }: DocumentOptions): object {
  const served = ordered(platform, operations);
  const components = new Components();
  const schemes = schemesOf(platform, served);
  const limited = Object.values(platform.tenancy.plans).some(({ limits }) => limits !== undefined);
  const paths: Record<string, Record<string, object>> = {};
  for (const op of served) {
    const path = root + op.rest.path.replace(/:([a-z0-9_]+)/g, '{$1}');
    paths[path] = { ...paths[path], [op.rest.method.toLowerCase()]: operationObject(op, { platform, limited, schemes }, components) };
  }
  return {
    openapi: '3.1.0',
    info: { title: platform.title, version: platform.version, description: INTRODUCTION },
    servers: [{ url: '/', description: 'This server' }],
    tags: [...new Set(served.map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      schemas: components.schemas,
      responses: components.responses,
      headers: headerComponents,
      parameters: parameterComponents,
      securitySchemes: securitySchemes(platform, schemes),
    },
  };
}

/** The platform's own first: they are what a reader came for. */
function ordered(platform: DocumentOptions['platform'], operations: readonly Operation[]): Served[] {
  const own = new Set(platform.operations.map(({ op }) => op));
  const served = operations.filter((op): op is Served => op.rest !== null && op.access.plane !== 'operator');
  return [...served.filter((op) => own.has(op)), ...served.filter((op) => !own.has(op))];
}

const INTRODUCTION = `Bodies are JSON in UTF-8. Each operation names the scope that it needs; where it names none, any accepted credential will do.
A failure names its cause in a stable code, the fields or scopes in question, and often the next step; its request id is in the log.

The connection itself can also be refused: \`request_timeout\` (408), \`misdirected\` (421), \`headers_too_large\` (431).`;
