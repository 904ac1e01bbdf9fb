import { timestamp } from 'gatehouse';
import { z } from 'zod';
import { line } from '../fields.js';
import { objectId } from '../ids.js';

export const courseId = objectId().describe('From learning_list_courses');
export const lessonId = objectId().describe('From learning_get_course');
export const enrolmentId = objectId().describe('The _id in learning_get_progress');
export const person = line(200).describe('Your own reference of who learns, such as a user id');

/** A lesson as it is given. */
export const lesson = z.object({
  title: line(200),
  content: z.string().trim().max(50_000).default('').describe('Text or Markdown'),
  duration_minutes: z.int().min(1).max(10_000).nullable().default(null),
});

export const shownLesson = z.object({
  _id: z.string(),
  position: z.int().describe('From 1'),
  title: z.string(),
  content: z.string(),
  durationMinutes: z.int().nullable(),
});

export const shownCourse = z.object({
  _id: z.string(),
  name: z.string(),
  isActive: z.boolean(),
  lessonCount: z.int(),
  enrolmentCount: z.int(),
  completedCount: z.int().describe('How many have completed every lesson'),
  createdAt: timestamp(),
});

export const shownProgress = z.object({
  _id: z.string().describe('Of the enrolment'),
  courseId: z.string(),
  courseName: z.string(),
  person: z.string(),
  completedLessons: z.int(),
  lessonCount: z.int(),
  progress: z.number().describe('completedLessons of lessonCount, from 0 to 1'),
  enrolledAt: timestamp(),
  lastProgressAt: timestamp().nullable(),
  completedAt: timestamp().nullable(),
});
