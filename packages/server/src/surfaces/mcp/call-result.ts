import type { Wrapping } from './wrapping.js';

/** The result of a tool that did its work, as JSON. The value is serialised once; the text holds it as it is, unwrapped. */
export function callResult(value: unknown, wrapped: boolean, { open, close }: Wrapping): string {
  const json = JSON.stringify(value ?? null);
  return `{${open}"content":[{"type":"text","text":${JSON.stringify(json)}}],"structuredContent":${wrapped ? `{"result":${json}}` : json}${close}}`;
}

/** The result of what speaks in content: the value's members are the result's. */
export function contentResult(value: unknown, { open, close }: Wrapping): string {
  return `{${open}${JSON.stringify(value).slice(1, -1)}${close}}`;
}

/**
 * The result of a tool whose own outcome is a failure, as JSON: where the model can read it and do better.
 * Without `structuredContent`, which would have to match the output's schema.
 * @param body what a call over REST would be answered
 */
export function failedResult(body: object, { open, close }: Wrapping): string {
  return `{${open}"content":[{"type":"text","text":${JSON.stringify(JSON.stringify(body))}}],"isError":true${close}}`;
}
