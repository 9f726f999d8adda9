import { plantedSecrets } from '../../../test/support/made-secrets.ts';
import { describeEngine } from '../engine.contract.ts';
import { secretsEngine } from './index.ts';

describeEngine({ folder: 'secrets', engine: secretsEngine, sample: plantedSecrets() });
