import { recordAll } from '../analytics/record.js';
import { dayOf } from '../days.js';
import type { Planting } from './planting.js';
import { idIn } from './pick.js';
import type { SampleFlow } from './shapes.js';

const DAY_MS = 86_400_000;
const LESSON_MS = 2 * DAY_MS;

/** Courses, who is in them, and how far they are. Ids of courses by name. */
export async function plantLearning({ business, context, since, newId, chance }: Planting) {
  const ids = new Map(business.courses.map(({ name }) => [name, newId()]));
  const now = context.now();
  const made = await context.tx(async ({ db }) => {
    let enrolments = 0;
    for (const { name, description, lessons } of business.courses) {
      const course_id = idIn(ids, name);
      const lessonRows = lessons.map(([title, content, duration_minutes], i) => ({
        id: newId(),
        course_id,
        position: i + 1,
        title,
        content,
        duration_minutes,
      }));
      const learning = business.people
        .filter(() => chance() < 0.7)
        .map((person) => {
          const enrolled_at = since + Math.floor(chance() * (now - since));
          const able = Math.min(lessons.length, Math.floor((now - enrolled_at) / LESSON_MS));
          const done = lessonRows.slice(0, Math.floor(chance() * (able + 1))).map(({ id }, i) => ({ lesson: id, at: enrolled_at + (i + 1) * LESSON_MS }));
          return { id: newId(), person, enrolled_at, done };
        });
      const completed = learning.filter(({ done }) => done.length === lessons.length).length;
      const course = { id: course_id, name, description, is_active: true, lesson_count: lessons.length, enrolment_count: learning.length };
      await db
        .insertInto('courses')
        .values({ ...course, completed_count: completed, created_at: since })
        .execute();
      await db.insertInto('lessons').values(lessonRows).execute();
      if (learning.length === 0) continue;
      const rows = learning.map(({ id, person, enrolled_at, done }) => ({
        ...{ id, course_id, person, enrolled_at, day: dayOf(enrolled_at), completed_lessons: done.length, last_progress_at: done.at(-1)?.at ?? null },
        completed_at: done.length === lessons.length ? (done.at(-1)?.at ?? null) : null,
      }));
      await db.insertInto('enrolments').values(rows).execute();
      const progress = learning.flatMap(({ id, done }) =>
        done.map(({ lesson, at }) => ({ id: newId(), enrolment_id: id, lesson_id: lesson, day: dayOf(at), completed_at: at })),
      );
      if (progress.length > 0) await db.insertInto('lesson_progress').values(progress).execute();
      const happenings = rows.map(({ day }) => ({ day, dims: { course_id } }));
      await recordAll('enrolments', happenings, db, context);
      enrolments += rows.length;
    }
    return { courses: business.courses.length, enrolments };
  });
  return { ids, made };
}

/** Flows, who looked at them, and who registered. */
export async function plantFlows(planting: Planting, targets: Readonly<Record<'roulette' | 'course', ReadonlyMap<string, string>>>) {
  const sums = { flows: 0, visits: 0, registrations: 0 };
  for (const flow of planting.business.flows) {
    const { visits, registrations } = await plantFlow(flow, planting, targets);
    sums.flows += 1;
    sums.visits += visits;
    sums.registrations += registrations;
  }
  return sums;
}

function plantFlow(flow: SampleFlow, planting: Planting, targets: Readonly<Record<'roulette' | 'course', ReadonlyMap<string, string>>>) {
  const { context, since, newId, chance, moments } = planting;
  const { type, to } = flow.redirect;
  const redirect = type === 'link' ? { redirect_id: null, redirect_url: to } : { redirect_id: idIn(targets[type], to), redirect_url: null };
  const flow_id = newId();
  const visits = moments(flow.aDay).map((visited_at) => {
    const utm = chance() < 0.6 ? { utm_source: flow.source, utm_campaign: flow.campaign } : { utm_source: null, utm_campaign: null };
    // Who they were is forgotten after a day.
    return { id: newId(), flow_id, day: dayOf(visited_at), visitor: null, visit_count: chance() < 0.3 ? 2 : 1, ...utm, visited_at };
  });
  const registrations = visits
    .filter(() => chance() < 0.25)
    .map(({ day, utm_source, utm_campaign, visited_at }, n) => {
      const answers = Object.fromEntries(flow.asks.map(({ name, type }) => [name, answerTo(name, type, n)]));
      return { id: newId(), flow_id, form: newId(), answers, utm_source, utm_campaign, day, registered_at: visited_at };
    });
  return context.tx(async ({ db }) => {
    const { slug, name, description, language, asks, source, campaign } = flow;
    const looks = visits.reduce((sum, { visit_count }) => sum + visit_count, 0);
    const counts = { completed_count: registrations.length, unique_visit_count: visits.length, total_visit_count: looks };
    await db
      .insertInto('flows')
      .values({
        ...{ id: flow_id, slug, name, description, language, redirect_type: type, ...redirect, utm_source: source, utm_campaign: campaign, is_active: true },
        ...{ registration_fields: asks.map((field) => ({ ...field, required: true })), ...counts, created_at: since },
      })
      .execute();
    await db.insertInto('visits').values(visits).execute();
    await db.insertInto('registrations').values(registrations).execute();
    const happenings = visits.map(({ day, visit_count }) => ({ day, dims: { flow_id }, total: visit_count }));
    await recordAll('visits', happenings, db, context);
    const registered = registrations.map(({ day }) => ({ day, dims: { flow_id } }));
    await recordAll('registrations', registered, db, context);
    return { visits: visits.length, registrations: registrations.length };
  });
}

const NAMES = ['Alejandra Ruiz', 'Bruno Díaz', 'Carla Méndez', 'Diego Flores', 'Elena Castro', 'Felipe Ortiz', 'Gabriela Soto', 'Hugo Vega'];

function answerTo(name: string, type: string, n: number): string {
  const person = NAMES[n % NAMES.length] ?? '';
  if (type === 'email') return `${person.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(' ', '.')}.${n}@example.com`;
  if (type === 'phone') return `+52 55 5555 ${String(1000 + n)}`;
  if (name === 'city') return n % 2 === 0 ? 'Bogotá' : 'Medellín';
  if (name === 'vehicle') return n % 3 === 0 ? 'Bicicleta' : 'Moto';
  return person;
}
