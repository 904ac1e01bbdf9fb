import { ConstraintError, type Refusal, type Violation } from 'gatehouse';

/** Answers with a refusal where the database turned a row down for one of these reasons; a unit inside `work` is undone then. */
export async function constrained<T>(work: Promise<T>, answers: { readonly [V in Violation]?: () => Refusal }): Promise<T | Refusal> {
  try {
    return await work;
  } catch (error) {
    const answer = error instanceof ConstraintError ? answers[error.violation] : undefined;
    if (answer === undefined) throw error;
    return answer();
  }
}
