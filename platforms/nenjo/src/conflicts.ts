import { ConstraintError, type Violation } from 'gatehouse';

/** Another answer, such as a refusal, where the database turned a row down for one of these reasons; a unit that `work` is, is undone then. */
export async function constrained<T, A>(work: Promise<T>, answers: { readonly [V in Violation]?: (error: ConstraintError) => A }): Promise<T | A> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof ConstraintError)) throw error;
    const answer = answers[error.violation];
    if (answer === undefined) throw error;
    return answer(error);
  }
}
