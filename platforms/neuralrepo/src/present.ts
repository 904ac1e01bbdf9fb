import { type PlatformSpec, failureBody } from 'gatehouse';

type PresentFailure = NonNullable<NonNullable<PlatformSpec['present']>['rest']>;

/** Words of its own documentation for what every call can meet. */
const TEXTS: Readonly<Record<string, string>> = { rate_limited: 'Rate limit exceeded', invalid_credential: 'Invalid API key' };

/** `error` is a text, or, where fields are wrong, the messages by field: what its own client reads. */
export const presentFailure: PresentFailure = (failure, requestId) => {
  const { fields, ...body } = failureBody(failure, requestId);
  const { code, text } = failure;
  return { ...body, error: fields === undefined || code !== 'invalid_input' ? (TEXTS[code] ?? text) : fields };
};
