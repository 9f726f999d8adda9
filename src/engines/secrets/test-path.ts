/** Words that make a directory one of tests, fixtures or examples, wherever they stand in its name: `src/dockerTest`, `smoke-test`. */
const directoryWords = new Set([
  'test',
  'tests',
  'testing',
  'testdata',
  'testsuite',
  'testcase',
  'testcases',
  'testlib',
  'testutil',
  'testutils',
  'testfiles',
  'unittest',
  'unittests',
  'e2e',
  'fixture',
  'fixtures',
  'mock',
  'mocks',
  'testfixtures',
  'example',
  'examples',
  'sample',
  'samples',
  'demo',
  'demos',
]);

/** Directories that are it only when nothing else is in their name. */
const directoryNames = new Set(['spec', 'specs', 'doc', 'docs']);

/** The same for files: `client_test.go`, `ClientTests.java`, `test_client.py`, `.env.example`. */
const fileWords = new Set([
  'test',
  'tests',
  'testing',
  'testdata',
  'conftest',
  'e2e',
  'fixture',
  'fixtures',
  'mock',
  'mocks',
  'example',
  'sample',
]);

/** `client.spec.ts`, `client_spec.rb`, `ClientSpec.scala`, but not `pod-spec.yaml`. */
const specFile = /(?:[._]spec|[a-z0-9]Spec)\.[a-z]{1,6}$/;

/** In lower case: `smoke-test` and `HTTPTests2` are smoke, test and http, tests. */
const wordsOf = (name: string): readonly string[] =>
  name
    .replaceAll(/([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])/g, '$1$3 $2$4')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .map((word) => (word === 'e2e' ? word : word.replace(/\d+$/, '')));

const isTestDirectory = (name: string): boolean =>
  directoryNames.has(name.toLowerCase()) || wordsOf(name).some((word) => directoryWords.has(word));

/**
 * Whether a path is that of test code, test data, an example or documentation, where credentials are mostly made for the purpose.
 * `path` is relative to the scanned root, `/` between parts.
 */
export const isTestPath = (path: string): boolean => {
  const directories = path.split('/');
  const file = directories.pop() ?? '';
  return specFile.test(file) || wordsOf(file).some((word) => fileWords.has(word)) || directories.some(isTestDirectory);
};
