// A Vitest reporter that tells the parent process how the run ended. What people read comes from Vitest's own reporter.

export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors, reason) {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
    const passed = states.filter((state) => state === 'passed').length;
    // A file that cannot be loaded has no tests to count: it fails as one. So does an error outside of any test.
    const broken = modules.reduce((sum, module) => sum + module.errors().length + suiteErrors(module), 0) + unhandledErrors.length;
    const failed = states.filter((state) => state === 'failed').length + broken;
    process.send?.({ passed, failed: failed === 0 && reason === 'failed' ? 1 : failed });
  }
}

function suiteErrors(module) {
  return [...module.children.allSuites()].reduce((sum, suite) => sum + suite.errors().length, 0);
}
