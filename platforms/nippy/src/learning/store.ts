import { type Refusal, type RowOf, refuse } from 'gatehouse';
import type { Looking } from '../proposals/write.js';
import type { courses } from './tables.js';

type Reads = Looking['db'];
export type Course = RowOf<typeof courses>;

/** The same for what another business has. */
function unknownCourse(): Refusal {
  return refuse('not_found', 'There is no course with this id.', { next: 'Take ids from learning_list_courses.' });
}

export async function courseOf(db: Reads, id: string): Promise<Course | Refusal> {
  return (await db.selectFrom('courses').selectAll().where('id', '=', id).executeTakeFirst()) ?? unknownCourse();
}

export async function lessonsOf(db: Reads, course: string) {
  const rows = await db.selectFrom('lessons').selectAll().where('course_id', '=', course).orderBy('position').execute();
  return rows.map(({ id, position, title, content, duration_minutes }) => ({ _id: id, position, title, content, durationMinutes: duration_minutes }));
}

export function enrolmentOf(db: Reads, course: string, person: string) {
  return db.selectFrom('enrolments').selectAll().where('course_id', '=', course).where('person', '=', person).executeTakeFirst();
}

export function showCourse({ id, name, is_active, lesson_count, enrolment_count, completed_count, created_at }: Course) {
  return {
    ...{ _id: id, name, isActive: is_active, lessonCount: lesson_count },
    ...{ enrolmentCount: enrolment_count, completedCount: completed_count, createdAt: created_at },
  };
}

/** From 0 to 1, in ten-thousandths, and 1 only for all. */
export function shareOf(done: number, all: number): number {
  return all === 0 ? 0 : Math.floor((done / all) * 10_000) / 10_000;
}
