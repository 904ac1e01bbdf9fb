import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, type Created, type Failed, type Nippy, type Proposal, must, openNippy, withoutRequestId } from './support/app.js';

const root = '/api/v1/learning';
const UNKNOWN = '0123456789abcdef01234567';

interface Lesson {
  readonly _id: string;
  readonly position: number;
  readonly title: string;
}
interface Course {
  readonly _id: string;
  readonly name: string;
  readonly lessons: readonly Lesson[];
  readonly enrolmentCount: number;
  readonly completedCount: number;
}
interface Progress {
  readonly person: string;
  readonly progress: number;
}

let app: Nippy;
let acme: Client;
let other: Client;

const course = {
  name: 'Safe driving',
  description: 'Two hours',
  lessons: [
    { title: 'Belts', duration_minutes: 40 },
    { title: 'Brakes', content: '# Brakes' },
  ],
};
const make = async (parameters: object = course) => must(await acme.post<Created>(`${root}/courses`, parameters))._id;
const get = async (id: string) => must(await acme.get<Course>(`${root}/courses/${id}`));
const enrol = (course_id: string, person: string) => acme.post<Created>(`${root}/enrolments`, { course_id, person });
const complete = (enrolment_id: string, lesson_id = '', client = acme) => client.post<Created & Failed>(`${root}/progress`, { enrolment_id, lesson_id });
const progress = async (query: string) => must(await acme.get<Progress[]>(`${root}/progress${query}`));

beforeAll(async () => {
  app = await openNippy();
  acme = await app.business('acme');
  other = await app.business('other');
});
afterAll(() => app?.close());

describe('courses', () => {
  it('are previewed whole, and nothing is there before they are created', async () => {
    const proposed = must(await acme.post<Proposal>(`${root}/courses/propose`, course));
    expect(proposed.preview).toEqual({
      ...{ name: 'Safe driving', description: 'Two hours', isActive: true, lessonCount: 2, totalMinutes: 40 },
      lessons: [
        { position: 1, title: 'Belts', content: '', durationMinutes: 40 },
        { position: 2, title: 'Brakes', content: '# Brakes', durationMinutes: null },
      ],
    });
    expect(must(await acme.get(`${root}/courses`))).toEqual([]);
  });

  it('are listed without and shown with their lessons, to their own business alone', async () => {
    const created = must(await acme.post<Created>(`${root}/courses`, course));
    expect(created).toEqual({ _id: expect.stringMatching(/^[0-9a-f]{24}$/), name: 'Safe driving', status: 'created', lessonCount: 2 });
    const { _id } = created;
    const counts = { lessonCount: 2, enrolmentCount: 0, completedCount: 0, createdAt: '2026-01-31T09:30:00Z' };
    expect(must(await acme.get(`${root}/courses?limit=1`))).toEqual([{ _id, name: 'Safe driving', isActive: true, ...counts }]);
    expect(await get(_id)).toMatchObject({
      _id,
      description: 'Two hours',
      lessons: [
        { position: 1, title: 'Belts' },
        { position: 2, content: '# Brakes' },
      ],
    });
    expect(must(await other.get(`${root}/courses`))).toEqual([]);
    const foreign = await other.get(`${root}/courses/${_id}`);
    expect(foreign.status).toBe(404);
    expect(withoutRequestId(foreign)).toEqual(withoutRequestId(await other.get(`${root}/courses/${UNKNOWN}`)));
  });

  it.each([
    ['no lesson', { name: 'x', lessons: [] }, 'lessons'],
    ['a lesson without a title', { name: 'x', lessons: [{ title: ' ' }] }, 'lessons.0.title'],
    ['no name', { lessons: [{ title: 'x' }] }, 'name'],
  ])('with %s are refused', async (_what, parameters, field) => {
    const { status, json } = await acme.post<Failed>(`${root}/courses`, parameters);
    expect([status, Object.keys(json.fields)]).toEqual([400, [field]]);
  });
});

describe('enrolments', () => {
  it('put a person into a course once, however many ask at the same time', async () => {
    const id = await make();
    const statuses = (await Promise.all(Array.from({ length: 6 }, () => enrol(id, 'w-1')))).map(({ status }) => status);
    expect(statuses.sort()).toEqual([201, 409, 409, 409, 409, 409]);
    expect((await get(id)).enrolmentCount).toBe(1);
  });

  it('are refused for a course that is not active, and alike for another’s and for none', async () => {
    expect((await enrol(await make({ ...course, is_active: false }), 'w-1')).status).toBe(409);
    const ask = (course_id: string) => other.post(`${root}/enrolments`, { course_id, person: 'w-1' });
    const foreign = await ask(await make());
    expect(foreign.status).toBe(404);
    expect(withoutRequestId(foreign)).toEqual(withoutRequestId(await ask(UNKNOWN)));
  });
});

describe('progress', () => {
  it('is counted lesson by lesson; with the last one the course is complete', async () => {
    const id = await make();
    const [belts, brakes] = (await get(id)).lessons;
    const { _id } = must(await enrol(id, 'w-1'));
    await enrol(id, 'w-2');
    app.now += 60_000;
    expect(must(await complete(_id, belts?._id))).toMatchObject({ name: 'Belts', completedLessons: 1, lessonCount: 2, progress: 0.5, completed: false });
    expect(await progress(`?course_id=${id}&person=w-1`)).toEqual([
      {
        ...{ _id, courseId: id, courseName: 'Safe driving', person: 'w-1', completedLessons: 1, lessonCount: 2, progress: 0.5 },
        ...{ enrolledAt: '2026-01-31T09:30:00Z', lastProgressAt: '2026-01-31T09:31:00Z', completedAt: null },
      },
    ]);
    expect(must(await complete(_id, brakes?._id))).toMatchObject({ progress: 1, completed: true });
    expect((await progress(`?course_id=${id}`)).map((entry) => [entry.person, entry.progress]).sort()).toEqual([
      ['w-1', 1],
      ['w-2', 0],
    ]);
    expect(await get(id)).toMatchObject({ enrolmentCount: 2, completedCount: 1 });
  });

  it('of one lesson is noted once, however many note it at the same time', async () => {
    const id = await make();
    const [belts] = (await get(id)).lessons;
    const { _id } = must(await enrol(id, 'w-1'));
    const answers = await Promise.all(Array.from({ length: 4 }, () => complete(_id, belts?._id)));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    const asked = { enrolment_id: _id, lesson_id: belts?._id };
    expect(must(await acme.post<Proposal>(`${root}/progress/propose`, asked)).preview).toMatchObject({ completedLessons: 1, alreadyCompleted: true });
    expect(await progress(`?course_id=${id}`)).toMatchObject([{ completedLessons: 1 }]);
  });

  it('is refused for a lesson of another course, and alike for another business’s enrolment and for none', async () => {
    const id = await make();
    const [belts] = (await get(id)).lessons;
    const { _id } = must(await enrol(id, 'w-9'));
    expect((await complete(_id, (await get(await make())).lessons[0]?._id)).status).toBe(404);
    const foreign = await complete(_id, belts?._id, other);
    expect(foreign.status).toBe(404);
    expect(withoutRequestId(foreign)).toEqual(withoutRequestId(await complete(UNKNOWN, belts?._id, other)));
  });

  it('of another business’s course is that of no course', async () => {
    const id = await make();
    const foreign = await other.get(`${root}/progress?course_id=${id}`);
    expect(foreign.status).toBe(404);
    expect(withoutRequestId(foreign)).toEqual(withoutRequestId(await other.get(`${root}/progress?course_id=${UNKNOWN}`)));
    expect(must(await other.get(`${root}/progress`))).toEqual([]);
  });
});

it('is all there as tools, under learning:read and learning:write', async () => {
  const names = async (scopes: string[]) => {
    const { json } = await (await app.business('acme', scopes)).rpc('tools/list');
    const tools = json.result?.tools as readonly { name: string }[] | undefined;
    return tools?.map(({ name }) => name).sort();
  };
  const reads = ['learning_get_course', 'learning_get_progress', 'learning_list_courses'];
  const pairs = ['course', 'enrolment', 'progress'].flatMap((noun) => [`learning_create_${noun}`, `learning_propose_${noun}`]);
  expect(await names(['learning:read'])).toEqual(reads);
  expect(await names(['learning:write'])).toEqual([...pairs, ...reads].sort());
});
