import { ConstraintError, type Violation } from 'gatehouse';

/** Another answer, such as a refusal, where the database turned a row down for one of these reasons; a unit that `work` is, is undone then. */
export async function constrained<T, A>(work: Promise<T>, answers: { readonly [V in Violation]?: () => A }): Promise<T | A> {
  try {
    return await work;
  } catch (error) {
    const answer = error instanceof ConstraintError ? answers[error.violation] : undefined;
    if (answer === undefined) throw error;
    return answer();
  }
}
