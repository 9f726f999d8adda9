import { describe, expect, it } from 'vitest';
import { isTestPath } from './test-path.ts';

describe('isTestPath', () => {
  it.each([
    'test/a.rb',
    'src/test/java/A.java',
    'src/dockerTest/resources/server.key',
    'src/testFixtures/a.pem',
    'integration-tests/sni/src/main/resources/server.key',
    'tests2/a.py',
    '__tests__/a.js',
    'spec/models/user.rb',
    'internal/testdata/ca.key',
    'lib/test-data/ca.key',
    'pkg/testing/keys.go',
    'e2e/login.ts',
    'pkg/mocks/client.go',
    'examples/nomad/README.md',
    'Documentation/Samples/a.cs',
    'docs/config.rst',
    'client_test.go',
    'client.test.ts',
    'client.spec.tsx',
    'spec_client_spec.rb',
    'src/ClientTest.java',
    'src/HTTPTests.java',
    'src/ClientTests2.kt',
    'src/ClientSpec.scala',
    'test_client.py',
    'conftest.py',
    '.env.example',
    '.env.test',
    'config/mock_server.key',
  ])('%s', (path) => {
    expect(isTestPath(path)).toBe(true);
  });

  it.each([
    '',
    'src/main/java/Attest.java',
    'deploy/latest/server.key',
    'contest/entry.py',
    'testimonials/a.html',
    'src/specification/a.ts',
    'deploy/pod-spec.yaml',
    'protest.pem',
    'manifest.json',
    'democracy/vote.ts',
    'docserver/key.pem',
    'src/docs.ts',
    'server.key',
    'testbed.txt',
  ])('not %s', (path) => {
    expect(isTestPath(path)).toBe(false);
  });
});
