import { col, tenantTable } from 'gatehouse';

export const courses = tenantTable('courses', {
  columns: {
    id: col.text(),
    name: col.text(),
    description: col.text(),
    is_active: col.boolean(),
    lesson_count: col.integer(),
    enrolment_count: col.or(col.integer(), 0),
    completed_count: col.or(col.integer(), 0),
    created_at: col.timestamp(),
  },
  indexes: [['created_at', 'id']],
});

export const lessons = tenantTable('lessons', {
  columns: {
    id: col.text(),
    course_id: col.text(),
    position: col.integer(),
    title: col.text(),
    content: col.text(),
    duration_minutes: col.nullable(col.integer()),
  },
  unique: [['course_id', 'position']],
  references: { course_id: { table: 'courses', onDelete: 'cascade' } },
});

/** One person in one course. */
export const enrolments = tenantTable('enrolments', {
  columns: {
    id: col.text(),
    course_id: col.text(),
    /** The business's own reference of who learns. */
    person: col.text(),
    completed_lessons: col.or(col.integer(), 0),
    /** `2026-01-31`, in UTC: when the person was enrolled. */
    day: col.text(),
    enrolled_at: col.timestamp(),
    last_progress_at: col.nullable(col.timestamp()),
    completed_at: col.nullable(col.timestamp()),
  },
  unique: [['course_id', 'person']],
  indexes: [
    ['enrolled_at', 'id'],
    ['day', 'id'],
    ['person', 'enrolled_at'],
  ],
  references: { course_id: { table: 'courses' } },
});

/** A lesson that somebody has completed. Never changes. */
export const lessonProgress = tenantTable('lesson_progress', {
  columns: {
    id: col.text(),
    enrolment_id: col.text(),
    lesson_id: col.text(),
    /** `2026-01-31`, in UTC. */
    day: col.text(),
    completed_at: col.timestamp(),
  },
  unique: [['enrolment_id', 'lesson_id']],
  indexes: [['day']],
  references: { enrolment_id: { table: 'enrolments', onDelete: 'cascade' }, lesson_id: { table: 'lessons' } },
});
