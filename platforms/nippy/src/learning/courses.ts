import { z } from 'zod';
import { created, line } from '../fields.js';
import { proposable } from '../proposals/write.js';
import { lesson } from './fields.js';

const input = z.object({
  name: line(200),
  description: z.string().trim().max(10_000).default(''),
  lessons: z.array(lesson).min(1).max(200).describe('In the order in which they are learnt'),
  is_active: z.boolean().default(true).describe('Whether people can be enrolled'),
});

export const courseWrites = proposable({
  vertical: 'learning',
  noun: 'course',
  path: '/learning/courses',
  title: 'a course',
  description: 'A course is a list of lessons that people complete one by one.',
  input,
  preview: z.object({
    name: z.string(),
    description: z.string(),
    isActive: z.boolean(),
    lessonCount: z.int(),
    totalMinutes: z.int().describe('Of the lessons that say how long they take'),
    lessons: z.array(z.object({ position: z.int(), title: z.string(), content: z.string(), durationMinutes: z.int().nullable() })),
  }),
  look: ({ name, description, lessons, is_active }) => ({
    ...{ name, description, isActive: is_active, lessonCount: lessons.length },
    totalMinutes: lessons.reduce((sum, { duration_minutes }) => sum + (duration_minutes ?? 0), 0),
    lessons: lessons.map(({ title, content, duration_minutes }, i) => ({ position: i + 1, title, content, durationMinutes: duration_minutes })),
  }),
  answer: created.extend({ lessonCount: z.int() }),
  async make({ lessons, ...course }, _preview, { db, newId, at }) {
    const id = newId();
    await db
      .insertInto('courses')
      .values({ ...course, id, lesson_count: lessons.length, created_at: at })
      .execute();
    const rows = lessons.map((lesson, i) => ({ ...lesson, id: newId(), course_id: id, position: i + 1 }));
    await db.insertInto('lessons').values(rows).execute();
    return { _id: id, name: course.name, status: 'created' as const, lessonCount: lessons.length };
  },
});
