// What no single request shows: very many connections, clients that are slow, that do not read, that ask the same thing at once.
import { readFileSync } from 'node:fs';
import { inspect } from './drive.mjs';
import { listening } from './conversation.mjs';
import { bearer, bytesOf, forMcp } from './request.mjs';
import { AnswerReader, open, sendAlone } from './wire.mjs';

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
const LIST = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
/** Above this the server has taken in what nobody fetches. */
const HELD_MB = 150;
/** Heads must be whole within 15 s, requests within 30 s; every 5 s it is looked who is late. */
const HEAD_MS = 25_000;
const BODY_MS = 40_000;

/** Where slow clients come to: calls, and forms of people and programs. */
const SLOW = ['/mcp', '/oauth/token', '/oauth/register', '/sign-in'];

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** As many as this machine lets us have, up to 4,000: all are open at once before the first is used. */
export async function manyConnections(world, tally) {
  const name = 'thousands of connections';
  const most = Number(/Max open files\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 1024);
  const count = Math.min(4_000, most - 200);
  const sockets = [];
  for (let n = 0; n < count; n += 200) sockets.push(...(await Promise.all(Array.from({ length: Math.min(200, count - n) }, () => open(world.port)))));
  await inspect(world, tally);
  const request = bytesOf({ headers: forMcp(world.keys.full), body: PING });
  const statuses = await Promise.all(sockets.map((socket) => statusOver(socket, request)));
  for (const status of statuses) {
    tally.add(name, status);
    if (status !== 200) tally.fault(name, `answered ${status}`, request);
  }
  for (const socket of sockets) socket.destroy();
}

function statusOver(socket, request) {
  return new Promise((resolve) => {
    const reader = new AnswerReader();
    const timer = setTimeout(() => resolve('no answer in time'), 30_000);
    const done = (status) => {
      clearTimeout(timer);
      resolve(status);
    };
    socket.once('close', () => done('ended'));
    socket.on('data', (chunk) => {
      reader.push(chunk);
      if (reader.answers.length > 0) done(reader.answers[0].status);
    });
    socket.write(request);
  });
}

/** Each asks for some forty megabytes, and takes none of it. */
export async function stopReading(world, tally) {
  const name = 'clients that do not read';
  const before = world.rssMb();
  const sockets = await Promise.all(Array.from({ length: 8 }, () => open(world.port)));
  const many = Buffer.concat(Array.from({ length: 2_000 }, () => bytesOf({ headers: forMcp(world.keys.full), body: LIST })));
  for (const socket of sockets) socket.pause().write(many);
  for (let n = 0; n < 5; n += 1) {
    await pause(400);
    await inspect(world, tally);
    const grown = world.rssMb() - before;
    if (grown > HELD_MB) tally.fault(name, `${Math.round(grown)} MB are held for them`);
  }
  for (const socket of sockets) {
    tally.add(name, 'ended');
    socket.destroy();
  }
}

/** One byte now and then: each is cut off, and nobody else waits. */
export async function slowClients(world, tally) {
  const heads = SLOW.map((target) => bytesOf({ target, headers: [...forMcp(world.keys.full), ['X-Slow', 'a'.repeat(200)]] }).subarray(0, -4));
  const bodies = SLOW.map((target) =>
    bytesOf({ target, framing: false, headers: [['Host', 'localhost'], ...forMcp(world.keys.full), ['Content-Length', '500']] }),
  );
  const slow = (n, all) => all[n % all.length];
  const drips = [
    ...Array.from({ length: 100 }, (_, n) => drip(world, tally, 'slow heads', slow(n, heads), 10, HEAD_MS)),
    ...Array.from({ length: 100 }, (_, n) =>
      drip(world, tally, 'slow bodies', Buffer.concat([slow(n, bodies), Buffer.alloc(500, ' ')]), slow(n, bodies).length, BODY_MS),
    ),
  ];
  const watch = { over: false };
  const watching = (async () => {
    while (!watch.over) {
      await inspect(world, tally);
      await pause(1000);
    }
  })();
  await Promise.all(drips);
  watch.over = true;
  await watching;
}

async function drip(world, tally, name, bytes, from, withinMs) {
  const socket = await open(world.port);
  const began = performance.now();
  let over = false;
  const reader = new AnswerReader();
  socket.on('data', (chunk) => reader.push(chunk));
  socket.once('end', () => (over = true)).once('close', () => (over = true));
  socket.write(bytes.subarray(0, from));
  for (let n = from; !over && performance.now() - began < withinMs; n += 1) {
    socket.write(bytes.subarray(n % bytes.length, (n % bytes.length) + 1));
    await pause(500);
  }
  const status = reader.answers[0]?.status ?? 'ended';
  tally.add(name, status);
  if (!over) tally.fault(name, 'was not cut off in time', bytes);
  else if (status !== 408 && status !== 'ended') tally.fault(name, `answered ${status}`, bytes);
  socket.destroy();
}

/** The same creation thirty times at once, under one idempotency key: it is done once, and nobody is told anything else. */
export async function duplicates(world, tally) {
  const name = 'the same creation at once';
  if (world.once === undefined) return;
  for (let round = 0; round < 5; round += 1) {
    const { target, body, found, count } = world.once(`once-${tally.seed}-${round}`, world);
    const headers = [
      bearer(world.keys.full),
      ['Content-Type', 'application/json'],
      ['Connection', 'close'],
      ['Idempotency-Key', `fuzz-${tally.seed}-${round}`],
    ];
    const request = bytesOf({ target, headers, body: JSON.stringify(body) });
    const all = await Promise.all(Array.from({ length: 30 }, () => sendAlone(world.port, request, { timeoutMs: 20_000, keepOpen: true })));
    const ids = new Set();
    for (const { answers } of all) {
      const [answer] = answers;
      tally.add(name, answer?.status ?? 'ended');
      if (answer?.status === 201) ids.add(JSON.parse(answer.body).id);
      else if (answer?.status !== 409) tally.fault(name, `answered ${answer?.status}`, request, answer);
    }
    const { json } = await world.call(found, { token: world.keys.full });
    if (ids.size !== 1 || count(json) !== 1) tally.fault(name, `${ids.size} ids, ${count(json)} rows`, request);
  }
}

/** Streams of events: as many as the server lets one caller have, dropped without a word. */
export async function streams(world, tally) {
  const name = 'streams';
  const requests = listening(world);
  const sockets = await Promise.all(Array.from({ length: 60 }, () => open(world.port)));
  const heads = await Promise.all(sockets.map((socket, n) => firstLineOver(socket, requests[n % requests.length])));
  for (const [n, head] of heads.entries()) {
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
    tally.add(name, status);
    if (!(status < 500)) tally.fault(name, `answered ${head.slice(0, 100)}`, requests[n % requests.length]);
  }
  for (const [n, socket] of sockets.entries()) n % 2 === 0 ? socket.destroy() : socket.resetAndDestroy();
  await inspect(world, tally);
}

function firstLineOver(socket, request) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('nothing in time'), 10_000);
    socket.once('close', () => resolve('ended'));
    socket.once('data', (chunk) => {
      clearTimeout(timer);
      resolve(chunk.toString('latin1'));
    });
    socket.write(request);
  });
}
