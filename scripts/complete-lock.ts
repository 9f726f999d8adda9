/**
 * Adds to package-lock.json the optional packages of other systems that the registry at hand did not serve, so that `npm ci` accepts
 * the lock everywhere. Run after every dependency change; `npm run check` fails when it would change something (`--check`).
 * Versions come from the parent's own optionalDependencies, os/cpu/libc are read off the name.
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface LockEntry {
  name?: string;
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

const systems: Readonly<Record<string, string>> = {
  darwin: 'darwin', macos: 'darwin', linux: 'linux', win32: 'win32', windows: 'win32', win: 'win32', android: 'android',
  freebsd: 'freebsd', netbsd: 'netbsd', openbsd: 'openbsd', openharmony: 'openharmony', sunos: 'sunos', aix: 'aix',
}; // biome-ignore format: a table
const processors = [
  'arm64',
  'aarch64',
  'x64',
  'ia32',
  'arm',
  'armv6',
  'armv7',
  's390x',
  'ppc64',
  'ppc64le',
  'riscv64',
  'loong64',
  'mips64el',
  'wasm32',
  'x86',
];

/** True when `name` is in the lock at `from` or at any folder above, as Node would resolve it. */
const isResolved = (packages: Record<string, LockEntry>, from: string, name: string): boolean => {
  let base = from;
  for (;;) {
    if (packages[`${base === '' ? '' : `${base}/`}node_modules/${name}`] !== undefined) return true;
    if (base === '') return false;
    const parent = base.lastIndexOf('/node_modules/');
    base = parent < 0 ? '' : base.slice(0, parent);
  }
};

const entryFor = (name: string, range: string, parent: LockEntry): LockEntry => {
  const words = name.split(/[-/@_.]/);
  const system = words.map((word) => systems[word]).find((found) => found !== undefined);
  const processor = words.find((word) => processors.includes(word));
  const alias = range.startsWith('npm:') ? range.slice(4, range.lastIndexOf('@')) : undefined;
  const version = alias === undefined ? range : range.slice(range.lastIndexOf('@') + 1);
  return {
    ...(alias === undefined ? {} : { name: alias }),
    version: version.replace(/^[\^~]/, ''),
    ...(parent.dev === true ? { dev: true } : {}),
    optional: true,
    ...(system === undefined ? {} : { os: [system] }),
    ...(processor === undefined ? {} : { cpu: [processor.replace('aarch64', 'arm64')] }),
    ...(name.includes('musl') ? { libc: ['musl'] } : {}),
  };
};

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, LockEntry> };
const added: string[] = [];
for (const [from, entry] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isResolved(lock.packages, from, name)) continue;
    lock.packages[`node_modules/${name}`] = entryFor(name, range, entry);
    added.push(name);
  }
}

if (process.argv.includes('--check')) {
  if (added.length > 0) {
    console.error(
      `package-lock.json lacks ${added.length} packages of other systems (${added.slice(0, 3).join(', ')}, …): run node scripts/complete-lock.ts`,
    );
    process.exitCode = 1;
  }
} else if (added.length > 0) {
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`added ${added.length} packages`);
} else {
  console.log('complete');
}
