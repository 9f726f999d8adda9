import { execSync } from 'node:child_process';
import * as processes from 'child_process';

export function commit(message: string): string {
  // ruleid: javascript-shell-command
  processes.exec(`git commit -m "${message}"`, { cwd: '/srv' });
  // ok: javascript-shell-command
  processes.execFileSync('git', ['commit', '-m', message]);
  // ruleid: javascript-shell-command
  return execSync('git log --grep=' + message + ' --oneline').toString();
}
