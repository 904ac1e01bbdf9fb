import { Refusal, refuse } from 'gatehouse';
import { z } from 'zod';
import { record } from '../analytics/record.js';
import { dayOf } from '../days.js';
import { created } from '../fields.js';
import { proposable } from '../proposals/write.js';
import { courseId, person } from './fields.js';
import { courseOf, enrolmentOf } from './store.js';

export const enrolmentWrites = proposable({
  vertical: 'learning',
  noun: 'enrolment',
  path: '/learning/enrolments',
  title: 'an enrolment',
  description: 'It puts a person into a course, once. Take the id from learning_list_courses.',
  input: z.object({ course_id: courseId, person }),
  preview: z.object({ courseName: z.string(), lessonCount: z.int(), person: z.string() }),
  async look({ course_id, person }, { db }) {
    const course = await courseOf(db, course_id);
    if (course instanceof Refusal) return course;
    if (!course.is_active) return refuse('conflict', `The course "${course.name}" is not active.`);
    if ((await enrolmentOf(db, course_id, person)) !== undefined)
      return refuse('conflict', `This person is enrolled in "${course.name}" already.`, { next: 'See learning_get_progress.' });
    return { courseName: course.name, lessonCount: course.lesson_count, person };
  },
  answer: created.extend({ courseId: z.string(), person: z.string() }),
  async make({ course_id, person }, { courseName }, { db, newId, at, context }) {
    const id = newId();
    await db
      .insertInto('enrolments')
      .values({ id, course_id, person, day: dayOf(at), enrolled_at: at })
      .execute();
    await record('enrolments', { day: dayOf(at), dims: { course_id } }, db, context);
    await db
      .updateTable('courses')
      .set((eb) => ({ enrolment_count: eb('enrolment_count', '+', 1) }))
      .where('id', '=', course_id)
      .execute();
    return { _id: id, name: courseName, status: 'created' as const, courseId: course_id, person };
  },
});
