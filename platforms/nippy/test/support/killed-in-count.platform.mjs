// Nippy, but for this: its process is killed once all that a count writes has been written, before that is kept.
import { nippy } from '@gatehouse/nippy';
import { definePlatform } from 'gatehouse';

const killed =
  ({ run }) =>
  async (input, context) => {
    const effect = await run(input, context);
    return async (unit) => {
      await effect(unit);
      process.kill(process.pid, 'SIGKILL');
      await new Promise(() => {});
    };
  };

export default definePlatform({
  ...nippy,
  jobs: nippy.jobs.map((binding) => (binding.job.name === 'analytics_count' ? { ...binding, run: killed(binding) } : binding)),
});
