import { Refusal, refuse } from 'gatehouse';
import { z } from 'zod';
import { dayOf } from '../days.js';
import { created } from '../fields.js';
import { type Making, proposable } from '../proposals/write.js';
import { courseId, lessonId, person } from './fields.js';
import { courseOf, enrolmentOf, shareOf } from './store.js';

const answer = { completedLessons: z.int(), lessonCount: z.int(), progress: z.number(), completed: z.boolean().describe('Whether the course is complete') };

export const progressWrites = proposable({
  vertical: 'learning',
  noun: 'progress',
  path: '/learning/progress',
  title: 'progress',
  description: 'It notes that a person who is enrolled has completed a lesson; with the last one the course is complete.',
  input: z.object({ course_id: courseId, person, lesson_id: lessonId }),
  preview: z.object({ enrolmentId: z.string(), courseName: z.string(), lessonTitle: z.string(), person: z.string(), ...answer }),
  async look({ course_id, person, lesson_id }, { db }) {
    const course = await courseOf(db, course_id);
    if (course instanceof Refusal) return course;
    const lesson = await db.selectFrom('lessons').select('title').where('id', '=', lesson_id).where('course_id', '=', course_id).executeTakeFirst();
    if (lesson === undefined) return refuse('not_found', 'There is no lesson with this id in the course.', { next: 'Take ids from learning_get_course.' });
    const enrolment = await enrolmentOf(db, course_id, person);
    if (enrolment === undefined)
      return refuse('not_found', `This person is not enrolled in "${course.name}".`, { next: 'Enrol them with learning_propose_enrolment.' });
    const done = db.selectFrom('lesson_progress').select('id').where('enrolment_id', '=', enrolment.id).where('lesson_id', '=', lesson_id);
    if ((await done.executeTakeFirst()) !== undefined) return refuse('conflict', `This person has completed "${lesson.title}" already.`);
    const completedLessons = enrolment.completed_lessons + 1;
    return {
      ...{ enrolmentId: enrolment.id, courseName: course.name, lessonTitle: lesson.title, person, completedLessons },
      ...{ lessonCount: course.lesson_count, progress: shareOf(completedLessons, course.lesson_count), completed: completedLessons === course.lesson_count },
    };
  },
  answer: created.extend(answer),
  async make({ course_id, lesson_id }, { enrolmentId, lessonTitle, completedLessons, lessonCount, progress, completed }, { db, newId, at }) {
    const id = newId();
    await db
      .insertInto('lesson_progress')
      .values({ id, enrolment_id: enrolmentId, lesson_id, day: dayOf(at), completed_at: at })
      .execute();
    await db
      .updateTable('enrolments')
      .set({ completed_lessons: completedLessons, last_progress_at: at, completed_at: completed ? at : null })
      .where('id', '=', enrolmentId)
      .execute();
    if (completed) await countCompleted(db, course_id);
    return { _id: id, name: lessonTitle, status: 'created' as const, completedLessons, lessonCount, progress, completed };
  },
});

async function countCompleted(db: Making['db'], course: string): Promise<void> {
  await db
    .updateTable('courses')
    .set((eb) => ({ completed_count: eb('completed_count', '+', 1) }))
    .where('id', '=', course)
    .execute();
}
