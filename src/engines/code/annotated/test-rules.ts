import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isAbort } from '../../../lib/abort.ts';
import { messageOf } from '../../../lib/errors.ts';
import type { RuleCheckReport, RuleTestFailure, RuleTestReport } from '../../rule-report.ts';
import type { CodeRule } from '../rule/code-rule.ts';
import { listTestFiles } from './list-files.ts';
import { type AnalyseSource, type FileOutcome, runTestFile } from './run-test-file.ts';
import { pairTestFiles, type TestTarget } from './test-files.ts';
