/** `npm run chaos`: see `--help`. Sets the exit code; everything else is in `run.ts`. */
import { messageOf } from '../../src/lib/errors.ts';
import { runNegativeControl } from './negative-control.ts';
import { type ChaosOptions, parseOptions, usage } from './options.ts';
import { chaosJson, chaosText } from './report.ts';
import { runChaos } from './run.ts';

const say = (text: string): void => void process.stderr.write(`${text}\n`);

const read = (): ChaosOptions | 'help' | undefined => {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    say(`error: ${messageOf(error)}\n\n${usage}`);
    return undefined;
  }
};

const options = read();
if (options === undefined) process.exitCode = 4;
else if (options === 'help') process.stdout.write(usage);
else if (options.negativeControl) {
  const { isCaught, text } = await runNegativeControl(options, say);
  process.stdout.write(`${text}\n`);
  process.exitCode = isCaught ? 0 : 1;
} else {
  say(`seed ${options.seed}`);
  const run = await runChaos(options, { say });
  process.stdout.write(options.json ? `${JSON.stringify(chaosJson(run), undefined, 2)}\n` : chaosText(run));
  process.exitCode = run.violations.length === 0 ? 0 : 1;
}
