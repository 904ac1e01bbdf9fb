import { type Failure, type FieldIssue, type Operation, UNKNOWN_FIELD } from '@gatehouse/contract';

/** What a caller is told whose input is not what the operation takes: the first fault in a sentence, all of them by field. */
export function invalidInput(op: Operation, issues: readonly FieldIssue[]): Failure {
  const [first] = issues;
  const text = first === undefined || first.path === '' ? (first?.message ?? 'The input is not valid.') : `${first.path}: ${first.message}`;
  const stray = issues.some(({ path, message }) => message === UNKNOWN_FIELD && !path.includes('.'));
  return { code: 'invalid_input', text, fields: issues, ...(stray ? { next: fieldsOf(op) } : {}) };
}

/** A guess at what was meant would be wrong as often as not; the names that there are, are not. */
function fieldsOf({ name, input }: Operation): string {
  const fields = Object.keys(input.shape);
  return fields.length === 0 ? `${name} takes no fields.` : `${name} takes: ${fields.join(', ')}.`;
}
