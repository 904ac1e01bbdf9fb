import { Refusal } from 'gatehouse';
import { bind } from '../tables.js';
import { courseWrites } from './courses.js';
import { enrolmentWrites } from './enrolments.js';
import * as operations from './operations.js';
import { progressWrites } from './progress.js';
import { courseOf, lessonsOf, shareOf, showCourse } from './store.js';

export const learningBindings = [
  bind(operations.listCourses, async ({ limit }, { db }) => {
    const rows = await db.selectFrom('courses').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
    return rows.map(showCourse);
  }),
  bind(operations.getCourse, async ({ course_id }, { db }) => {
    const course = await courseOf(db, course_id);
    if (course instanceof Refusal) return course;
    return { ...showCourse(course), description: course.description, lessons: await lessonsOf(db, course_id) };
  }),
  bind(operations.getProgress, async ({ course_id, person, limit }, { db }) => {
    if (course_id !== '') {
      const course = await courseOf(db, course_id);
      if (course instanceof Refusal) return course;
    }
    let query = db
      .selectFrom('enrolments')
      .innerJoin('courses', 'courses.id', 'enrolments.course_id')
      .selectAll('enrolments')
      .select(['courses.name as course_name', 'courses.lesson_count']);
    if (course_id !== '') query = query.where('enrolments.course_id', '=', course_id);
    if (person !== '') query = query.where('enrolments.person', '=', person);
    const rows = await query.orderBy('enrolments.enrolled_at', 'desc').orderBy('enrolments.id', 'desc').limit(limit).execute();
    return rows.map(({ id, course_id: courseId, course_name, person: who, completed_lessons, lesson_count, ...row }) => ({
      ...{ _id: id, courseId, courseName: course_name, person: who, completedLessons: completed_lessons, lessonCount: lesson_count },
      ...{ progress: shareOf(completed_lessons, lesson_count), enrolledAt: row.enrolled_at },
      ...{ lastProgressAt: row.last_progress_at, completedAt: row.completed_at },
    }));
  }),
  ...courseWrites,
  ...enrolmentWrites,
  ...progressWrites,
];
