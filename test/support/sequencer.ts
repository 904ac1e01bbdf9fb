import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take long, since they start programs or try thousands of calls: first, so that no worker is left alone with one at the end. */
const LONG = /[\\/](cli|derived|proof|conformance|browser)[\\/]/;

/** One project after the other: a process runs the files of one only, and goes on to the next file while that is of the same. */
export default class ByProject extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project.name))].sort().reverse();
    return projects.flatMap((name) => {
      const own = sorted.filter(({ project }) => project.name === name);
      return [...own.filter(({ moduleId }) => LONG.test(moduleId)), ...own.filter(({ moduleId }) => !LONG.test(moduleId))];
    });
  }
}
