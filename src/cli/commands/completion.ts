import { Argument } from 'commander';
import { triages } from '../../domain/issue.ts';
import { roles } from '../../domain/role.ts';
import { scanStates } from '../../domain/scan-record.ts';
import { severities } from '../../domain/severity.ts';
import { taskStates } from '../../domain/task-record.ts';
import { engineNames } from '../../engines/registry.ts';
import { reporterNames } from '../../report/registry.ts';
import type { DefineCommand } from '../command.ts';
import { outlineOf } from '../command-outline.ts';
import { completionScript, type Shell, shells } from '../completion-scripts.ts';
import { writeOut } from '../output.ts';

const installation = `
bash:  echo 'source <(sightline completion bash)' >> ~/.bashrc
zsh:   echo 'source <(sightline completion zsh)' >> ~/.zshrc
fish:  sightline completion fish > ~/.config/fish/completions/sightline.fish
`;

export const defineCompletion: DefineCommand = (command, { act, wholeProgram }) => {
  command
    .description('Print a script that completes commands, options and values in your shell.')
    .addArgument(new Argument('<shell>', 'your shell').choices(shells))
    .addHelpText('after', installation)
    .action((shell: Shell) =>
      act(async (context) => {
        const values = {
          '--fail-on': [...severities, 'none'],
          '--format|-f': reporterNames,
          '--engine|--skip-engine': engineNames,
          '--severity': severities,
          '--triage': triages,
          '--state': [...new Set([...scanStates, ...taskStates])],
          '--roles': roles,
        };
        await writeOut(context.stdout, [completionScript(shell, outlineOf(await wholeProgram()), values)], context);
        return 0;
      }),
    );
};
