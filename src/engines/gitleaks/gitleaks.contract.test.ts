import { describe } from 'vitest';
import { plantedSecrets } from '../../../test/support/made-secrets.ts';
import { needsTool } from '../../../test/support/needs.ts';
import { describeEngine } from '../engine.contract.ts';
import { gitleaksEngine } from './index.ts';

describe.skipIf(!needsTool('gitleaks', 'go install github.com/zricethezav/gitleaks/v8@v8.30.1'))(
  'with the gitleaks that is installed',
  () => {
    describeEngine({ folder: 'gitleaks', engine: gitleaksEngine, sample: plantedSecrets() });
  },
);
