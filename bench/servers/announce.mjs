// How a measured server talks to the runner: it says where it listens, then tells its CPU time and its weight whenever it is asked.

/** @param {{ url: string, headers?: Record<string, string> }} ready */
export function announce(ready) {
  process.on('message', (message) => {
    if (message === 'cpu') {
      const { user, system } = process.cpuUsage();
      process.send({ cpu: user + system });
    }
    if (message === 'weight') {
      globalThis.gc();
      const { heapUsed, rss } = process.memoryUsage();
      process.send({ heap: heapUsed, resident: rss });
    }
  });
  process.on('disconnect', () => process.exit(0));
  process.send({ ready: { pid: process.pid, ...ready } });
}
