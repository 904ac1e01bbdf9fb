import { Refusal, refuse } from 'gatehouse';
import { z } from 'zod';
import { dayOf } from '../days.js';
import { created } from '../fields.js';
import { type Looking, type Making, proposable } from '../proposals/write.js';
import { enrolmentId, lessonId } from './fields.js';
import { courseOf, shareOf } from './store.js';

const answer = { completedLessons: z.int(), lessonCount: z.int(), progress: z.number(), completed: z.boolean().describe('Whether the course is complete') };

export const progressWrites = proposable({
  vertical: 'learning',
  noun: 'progress',
  path: '/learning/progress',
  title: 'progress',
  description: 'It notes that a person who is enrolled has completed a lesson; with the last one the course is complete. Noted again, it stays as it is.',
  input: z.object({ enrolment_id: enrolmentId, lesson_id: lessonId }),
  preview: z.object({ courseId: z.string(), courseName: z.string(), lessonTitle: z.string(), person: z.string(), ...answer, alreadyCompleted: z.boolean() }),
  async look({ enrolment_id, lesson_id }, { db }) {
    const enrolment = await db.selectFrom('enrolments').selectAll().where('id', '=', enrolment_id).executeTakeFirst();
    if (enrolment === undefined) return refuse('not_found', 'There is no enrolment with this id.', { next: 'Take ids from learning_get_progress.' });
    const course = await courseOf(db, enrolment.course_id);
    if (course instanceof Refusal) return course;
    const lesson = await db.selectFrom('lessons').select('title').where('id', '=', lesson_id).where('course_id', '=', course.id).executeTakeFirst();
    if (lesson === undefined)
      return refuse('not_found', 'There is no lesson with this id in the course of this enrolment.', { next: 'Take ids from learning_get_course.' });
    const alreadyCompleted = (await completionOf(db, enrolment_id, lesson_id)) !== undefined;
    const completedLessons = enrolment.completed_lessons + (alreadyCompleted ? 0 : 1);
    return {
      ...{ courseId: course.id, courseName: course.name, lessonTitle: lesson.title, person: enrolment.person, completedLessons },
      ...{ lessonCount: course.lesson_count, progress: shareOf(completedLessons, course.lesson_count), completed: completedLessons === course.lesson_count },
      alreadyCompleted,
    };
  },
  answer: created.extend(answer),
  async make({ enrolment_id, lesson_id }, { courseId, lessonTitle: name, alreadyCompleted, ...preview }, { db, newId, at }) {
    const { completedLessons, lessonCount, progress, completed } = preview;
    const answered = { name, status: 'created' as const, completedLessons, lessonCount, progress, completed };
    const earlier = alreadyCompleted ? await completionOf(db, enrolment_id, lesson_id) : undefined;
    if (earlier !== undefined) return { _id: earlier.id, ...answered };
    const id = newId();
    await db
      .insertInto('lesson_progress')
      .values({ id, enrolment_id, lesson_id, day: dayOf(at), completed_at: at })
      .execute();
    await db
      .updateTable('enrolments')
      .set({ completed_lessons: completedLessons, last_progress_at: at, completed_at: completed ? at : null })
      .where('id', '=', enrolment_id)
      .execute();
    if (completed) await countCompleted(db, courseId);
    return { _id: id, ...answered };
  },
});

function completionOf(db: Looking['db'], enrolment: string, lesson: string) {
  return db.selectFrom('lesson_progress').select('id').where('enrolment_id', '=', enrolment).where('lesson_id', '=', lesson).executeTakeFirst();
}

async function countCompleted(db: Making['db'], course: string): Promise<void> {
  await db
    .updateTable('courses')
    .set((eb) => ({ completed_count: eb('completed_count', '+', 1) }))
    .where('id', '=', course)
    .execute();
}
