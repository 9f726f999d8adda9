import { madeGithubToken } from '../../../test/support/made-secrets.ts';
import { describeEngine } from '../engine.contract.ts';
import { codeEngine } from './index.ts';

const token = madeGithubToken(31);
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** One of each way to look at a file; those that hold anywhere meet the hostile files. */
const rules = `rules:
  - id: shell
    languages: [python]
    severity: ERROR
    message: A shell gets $ARG. Pass the arguments as a list.
    metadata: { cwe: 'CWE-78: Command injection', confidence: HIGH }
    pattern: subprocess.run($ARG, ..., shell=True, ...)
  - id: certificates-unchecked
    languages: [javascript, typescript]
    severity: WARNING
    message: Certificates are not checked
    patterns:
      - pattern: '{..., rejectUnauthorized: false, ...}'
      - pattern-not-inside: |
          if (...) { ... }
  - id: anything-in-anything
    languages: [javascript, json, python]
    severity: INFO
    message: Found $X
    patterns:
      - pattern: $X
      - metavariable-regex: { metavariable: $X, regex: '^\\W*pass' }
  - id: words
    languages: [generic]
    severity: INFO
    message: Words before $REST
    pattern: password ... token $REST
  - id: text
    languages: [regex]
    severity: INFO
    message: Text
    pattern-regex: (?i)secret\\s+(token|key)
`;

describeEngine({
  folder: 'code',
  engine: codeEngine,
  rules: [{ path: 'rules.yaml', bytes: encode(rules) }],
  sample: {
    files: [
      {
        path: 'deploy/run.py',
        bytes: encode(
          `import subprocess\n\ndef run(command):\n    subprocess.run(command, shell=True, env={\n        "GITHUB_TOKEN": "${token}",\n    })\n`,
        ),
      },
      { path: 'src/client.ts', bytes: encode(`const agent = new Agent({ rejectUnauthorized: false });\nuse(agent, 'ünïcode 💡');\n`) },
    ],
    secrets: [token],
  },
});
