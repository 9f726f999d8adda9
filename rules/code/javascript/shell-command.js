const childProcess = require('node:child_process');
const { exec, execFile } = require('child_process');

const FOLDER = '/var/backups';

function archive(name, options) {
  // ruleid: javascript-shell-command
  childProcess.execSync(`tar czf /tmp/backup.tgz ${name}`);
  // ruleid: javascript-shell-command
  exec('gzip ' + name, options);
  // ruleid: javascript-shell-command
  require('child_process').exec(['gzip', name].join(' '));
  // ok: javascript-shell-command
  execFile('gzip', [name], options);
  // ok: javascript-shell-command
  exec('df -h | sort');
  // ok: javascript-shell-command
  exec(`ls ${FOLDER}`);
  // ok: javascript-shell-command
  exec(quoted('gzip ' + name));
  // ok: javascript-shell-command
  childProcess.spawn('tar', ['czf', '/tmp/backup.tgz', name]);
}

function words(text, database, name) {
  // ok: javascript-shell-command
  new RegExp('\\w+').exec(`${text} `);
  // ok: javascript-shell-command
  database.exec(`VACUUM ${name}`);
}
