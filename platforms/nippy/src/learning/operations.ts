import { defineOperation } from 'gatehouse';
import { z } from 'zod';
import { limit } from '../fields.js';
import * as fields from './fields.js';

const access = { scope: 'learning:read' } as const;

export const listCourses = defineOperation({
  name: 'learning_list_courses',
  title: 'List courses',
  description: 'Lists the courses of the business, newest first, with how many people are enrolled. learning_get_course shows one with its lessons.',
  access,
  input: z.object(limit),
  output: z.array(fields.shownCourse),
  effect: 'read',
  rest: { method: 'GET', path: '/learning/courses' },
});

export const getCourse = defineOperation({
  name: 'learning_get_course',
  title: 'Get a course',
  description: 'Shows one course whole: its description, and its lessons in order.',
  access,
  input: z.object({ course_id: fields.courseId }),
  output: fields.shownCourse.extend({ description: z.string(), lessons: z.array(fields.shownLesson) }),
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: '/learning/courses/:course_id' },
});

export const getProgress = defineOperation({
  name: 'learning_get_progress',
  title: 'Get progress',
  description: 'Shows how far people are in their courses: one entry for each enrolment, newest first. Narrow it to one course, to one person, or to both.',
  access,
  input: z.object({
    course_id: z
      .string()
      .regex(/^([0-9a-f]{24})?$/i, 'Must be an id of 24 hex digits, or empty')
      .toLowerCase()
      .default('')
      .describe('From learning_list_courses; empty: every course'),
    person: z.string().trim().max(200).default('').describe('Your own reference of who learns; empty: everybody'),
    ...limit,
  }),
  output: z.array(fields.shownProgress),
  errors: ['not_found'],
  effect: 'read',
  rest: { method: 'GET', path: '/learning/progress' },
});
