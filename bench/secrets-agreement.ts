/**
 * Agreement with native gitleaks on the same files and configuration, by (rule, file, line, secret):
 * `node bench/secrets-agreement.ts <tree>... --config gitleaks.toml` (program: GITLEAKS, or `gitleaks` on the PATH).
 * Both run without decoding. Secrets are compared by HMAC; none is printed.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { createAnalyser } from '../src/engines/secrets/analyser.ts';
import { secretEvidence } from '../src/engines/secrets/evidence.ts';
import { type CorpusFile, prepareOptions, readCorpus } from './secrets-corpus.ts';

interface Row {
  readonly rule: string;
  readonly path: string;
  readonly line: number;
  /** HMAC of the secret; 'path' for a rule about paths. */
  readonly secret: string;
}

/** As far as it is read here. */
interface GitleaksFinding {
  readonly RuleID: string;
  readonly File: string;
  readonly StartLine: number;
  readonly Secret: string;
  readonly Match: string;
}

const key = { id: 'bench', key: randomBytes(32) };

const gitleaksRows = async (tree: string, config: string): Promise<readonly Row[]> => {
  const directory = await mkdtemp(join(tmpdir(), 'sightline-agreement-'));
  try {
    const report = join(directory, 'report.json');
    const flags = ['--no-banner', '--max-decode-depth', '0', '--ignore-gitleaks-allow', '--exit-code', '0', '--report-format', 'json'];
    await promisify(execFile)(process.env['GITLEAKS'] ?? 'gitleaks', ['dir', ...flags, '--config', config, '--report-path', report, tree], {
      cwd: directory,
      maxBuffer: 64 * 1024 * 1024,
    });
    const findings = JSON.parse(await readFile(report, 'utf8')) as readonly GitleaksFinding[];
    return findings.map((one) => ({
      rule: one.RuleID,
      path: relative(tree, one.File).split(sep).join('/'),
      line: Math.max(1, one.StartLine),
      secret: one.Match.startsWith('file detected: ')
        ? 'path'
        : secretEvidence(key, Buffer.from(one.Secret, 'utf8').toString('latin1')).value,
    }));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

const ourRows = async (files: readonly CorpusFile[], config: string): Promise<readonly Row[]> => {
  const analyser = createAnalyser({ ...(await prepareOptions(config, key.key)), decode: false });
  return files.flatMap((file) =>
    analyser.analyse(file).findings.map((one) => ({
      rule: one.ruleId,
      path: file.path,
      line: one.location.type === 'file' ? one.location.startLine : 0,
      secret: one.evidence?.[0]?.value ?? 'path',
    })),
  );
};

const keyOf = (row: Row): string => [row.rule, row.path, row.line, row.secret].join('\0');

/** Why one side has a row that the other lacks, as far as it can be told from the rows and the file. */
const reasonFor = (row: Row, others: readonly Row[], file: CorpusFile | undefined): string => {
  const near = others.filter((other) => other.path === row.path && other.rule === row.rule);
  if (near.some((other) => other.line === row.line)) return 'same rule and line, other secret';
  if (near.some((other) => other.secret === row.secret)) return 'same rule and secret, other line';
  if (others.some((other) => other.path === row.path && other.line === row.line)) return 'same line, other rule';
  if (file === undefined) return 'file not read here';
  if (file.bytes.subarray(0, 8000).includes(0)) return 'binary file';
  const line = file.bytes.toString('latin1').split('\n')[row.line - 1] ?? '';
  if (/[\x80-\xff]/.test(line)) return 'text beyond ASCII';
  if (file.bytes.length > 100_000) return 'file over 100 kB, which gitleaks reads in pieces';
  return 'other';
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { config: { type: 'string' } } });
if (values.config === undefined || positionals.length === 0) {
  process.stderr.write('usage: node bench/secrets-agreement.ts <tree>... --config gitleaks.toml\n');
  process.exit(4);
}
const config = resolve(values.config);
let bothTotal = 0;
let unionTotal = 0;
for (const argument of positionals) {
  const tree = resolve(argument);
  const files = await readCorpus(tree);
  const theirs = new Map((await gitleaksRows(tree, config)).map((row) => [keyOf(row), row]));
  const ours = new Map((await ourRows(files, config)).map((row) => [keyOf(row), row]));
  const both = [...ours.keys()].filter((one) => theirs.has(one)).length;
  const union = ours.size + theirs.size - both;
  bothTotal += both;
  unionTotal += union;
  process.stdout.write(
    `${argument}: gitleaks ${theirs.size}, sightline ${ours.size}, both ${both}: ${union === 0 ? '100.0' : ((both / union) * 100).toFixed(1)} %\n`,
  );
  const byPath = new Map(files.map((file) => [file.path, file]));
  for (const [name, mine, other] of [
    ['only gitleaks ', theirs, ours],
    ['only sightline', ours, theirs],
  ] as const) {
    for (const [one, row] of mine) {
      if (other.has(one)) continue;
      process.stdout.write(
        `  ${name}  ${row.rule}  ${row.path}:${row.line}  (${reasonFor(row, [...other.values()], byPath.get(row.path))})\n`,
      );
    }
  }
}
process.stdout.write(`all: ${bothTotal} of ${unionTotal}, ${unionTotal === 0 ? '100.0' : ((bothTotal / unionTotal) * 100).toFixed(2)} %\n`);
