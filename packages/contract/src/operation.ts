import type { z } from 'zod';
import { download } from './content.js';
import type { ErrorCode } from './errors.js';

/** What a caller presents. `none` is a caller without a credential. */
export type CredentialKind = 'key' | 'session' | 'idp' | 'token' | 'none';

/** Whose operation it is: the platform's own, Gatehouse's management of one tenant, or the operator's over all. */
export type Plane = 'platform' | 'management' | 'operator';

export type Effect = 'read' | 'create' | 'update' | 'delete';

export interface Access {
  /** The scope a caller must hold, or null where none is asked for. */
  readonly scope: string | null;
  /**
   * Which credentials may call. With `none` in the list a credential is optional.
   * @default every credential kind on the platform's plane; a person's session on the others
   */
  readonly by: readonly CredentialKind[];
  readonly plane: Plane;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface RestRoute {
  readonly method: Method;
  /** Under `/api/v1`, with `:name` for each path parameter, which must be a field of the input: `/tickets/:id`. */
  readonly path: string;
  /** Status of a success. 204 sends no body. @default 201 for `create`, else 200 */
  readonly status?: number;
  /**
   * The field that takes a body of any other type than JSON, whole, as bytes; its `Content-Type` is the field `content_type`, where
   * the input has one. The other fields then come in the path and the query.
   */
  readonly body?: string;
}

/** A read that MCP clients also reach under a URI. What its output is, is what they read. */
export interface ResourceRoute {
  /** Fixed (`acme://about`), or a template whose variables are fields of the input: `acme://tickets/{id}` (RFC 6570, level 1). */
  readonly uri: string;
  /** @default 'application/json' */
  readonly mimeType?: string;
}

/**
 * One thing a platform can do, as data: every surface, the command line and the docs derive from it.
 * `In` and `Out` are its schemas: a handler receives `z.output<In>` and returns `z.input<Out>`;
 * a caller sends `z.input<In>` and receives `z.output<Out>`.
 */
export interface Operation<In extends z.ZodObject = z.ZodObject, Out extends z.ZodType = z.ZodType> {
  /** `tickets_create`: the tool's name and the WebSocket method. */
  readonly name: string;
  readonly title: string;
  /** For an agent: what it does, when to use it. */
  readonly description: string;
  readonly access: Access;
  readonly input: In;
  readonly output: Out;
  /** Catalogue codes this operation can answer with, beyond those every call can meet. */
  readonly errors: readonly ErrorCode[];
  readonly effect: Effect;
  /** Doing it twice leaves the same state as once. */
  readonly idempotent?: true;
  /** What one call costs against a limit. @default 1 */
  readonly cost?: number;
  /** How long a call may take before its caller is told that it took too long; the time in which a user is asked does not count. @default 30 */
  readonly timeLimitSeconds?: number;
  /** The output holds a secret: never replayed, cached, logged or kept; never a tool. */
  readonly secretOutput?: true;
  /** null: not served over REST. */
  readonly rest: RestRoute | null;
  /** Served as an MCP tool. Only on the platform's plane. */
  readonly tool: boolean;
  /** Served as an MCP resource. Only a read on the platform's plane. */
  readonly resource?: ResourceRoute;
  /** Served as an MCP prompt: its input's fields are texts, its output is `promptMessages`. Only a read on the platform's plane. */
  readonly prompt?: true;
  /** Served over WebSocket. */
  readonly socket: boolean;
}

export type OperationSpec<In extends z.ZodObject, Out extends z.ZodType> = Pick<
  Operation<In, Out>,
  'name' | 'title' | 'description' | 'input' | 'output' | 'effect'
> &
  Partial<Pick<Operation, 'idempotent' | 'cost' | 'timeLimitSeconds' | 'secretOutput' | 'rest' | 'tool' | 'resource' | 'prompt' | 'socket' | 'errors'>> & {
    readonly access: { readonly scope: string | null; readonly by?: readonly CredentialKind[]; readonly plane?: Plane };
  };

const everyone: readonly CredentialKind[] = ['key', 'session', 'idp', 'token'];
/** A person at the other end: a session of ours or of the identity provider. */
export const people: readonly CredentialKind[] = ['session', 'idp'];

/** Declares an operation. Unknown fields in its input are refused, by name. */
export function defineOperation<In extends z.ZodObject, Out extends z.ZodType>(spec: OperationSpec<In, Out>): Operation<In, Out> {
  const plane = spec.access.plane ?? 'platform';
  const { scope, by = plane === 'platform' ? everyone : people } = spec.access;
  return Object.freeze({
    ...spec,
    input: closed(spec.input),
    access: Object.freeze({ scope, by, plane }),
    errors: spec.errors ?? [],
    rest: spec.rest ?? null,
    tool: spec.tool ?? (plane === 'platform' && by.includes('key') && !servedOtherwise(spec)),
    socket: spec.socket ?? true,
  });
}

/** Whether it hands out what no tool's result can be, or is what MCP has another word for. */
function servedOtherwise({ secretOutput, resource, prompt, output }: Pick<Operation, 'secretOutput' | 'resource' | 'prompt' | 'output'>): boolean {
  return secretOutput === true || resource !== undefined || prompt === true || (output as unknown) === download;
}

/** Refuses fields that the schema does not have; what is said of the schema is kept. */
function closed<In extends z.ZodObject>(input: In): In {
  const strict = input.strict();
  const said = input.meta();
  return (said === undefined ? strict : strict.meta(said)) as unknown as In;
}
