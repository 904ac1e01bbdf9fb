// A test run's own corner of the system: a folder for temporary files, by which its processes are known too.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { newTemporaryRoot } from './temporary-root.mjs';

/** `env` is what the run's processes must be given; `sweep` removes what is left, and says what that was. */
export function testCorner() {
  const folder = newTemporaryRoot();
  return {
    env: { ...process.env, TMPDIR: folder, TMP: folder, TEMP: folder },
    sweep() {
      const processes = processesIn(folder);
      for (const { pid } of processes) end(pid);
      const files = readdirSync(folder);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
      return [...processes.map(({ pid, command }) => `process ${pid}: ${command}`), ...files.map((name) => `temporary: ${name}`)];
    },
  };
}

/** Processes that were given this folder for their temporary files, where the system tells (Linux). */
function processesIn(folder) {
  const given = (setting) => setting.startsWith(`TMPDIR=${folder}`);
  return readdirIfAny('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => readIfAny(`/proc/${pid}/environ`).split('\0').some(given))
    .map((pid) => ({ pid: Number(pid), command: readIfAny(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim() }))
    .filter(({ command }) => command !== '');
}

function end(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

function readdirIfAny(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readIfAny(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
