import { madeGithubToken } from '../../../test/support/made-secrets.ts';
import { describeEngine } from '../engine.contract.ts';
import { codeEngine } from './index.ts';

const token = madeGithubToken(31);

describeEngine({
  folder: 'code',
  engine: codeEngine,
  sample: {
    files: [
      {
        path: 'deploy/run.py',
        bytes: new TextEncoder().encode(
          `import subprocess\n\ndef run(command):\n    subprocess.run(command, shell=True, env={\n        "GITHUB_TOKEN": "${token}",\n    })\n`,
        ),
      },
      {
        path: 'src/client.ts',
        bytes: new TextEncoder().encode(`const agent = new Agent({ rejectUnauthorized: false });\nuse(agent, 'ünïcode 💡');\n`),
      },
    ],
    secrets: [token],
  },
});
