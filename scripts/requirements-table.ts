export interface RequirementRow {
  readonly number: number;
  readonly capability: string;
  readonly state: string;
  /** Tests as `path › name`, or `path` alone for a whole file. */
  readonly tests: readonly string[];
  /** Links to decisions, relative to docs/. */
  readonly decisions: readonly string[];
}

export const requirementCount = 100;
const states = ['done', 'partial', 'planned'];
/** How a row names a test: path › name. */
const separator = ' › ';

/** Rows of the tables `| # | capability | state | proof |`. */
export const parseRequirements = (markdown: string): readonly RequirementRow[] =>
  markdown.split('\n').flatMap((line) => {
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
    const number = Number(cells[1]);
    if (cells.length < 6 || !Number.isInteger(number) || number < 1) return [];
    const proof = cells.slice(4, -1).join('|');
    return [
      {
        number,
        capability: cells[2] ?? '',
        state: (cells[3] ?? '').split(/[ ,(]/)[0] ?? '',
        tests: [...proof.matchAll(/`((?:src|test|scripts|bench)\/[^`]+)`/g)].map((match) => match[1] ?? ''),
        decisions: [...proof.matchAll(/\]\((adr\/[^)]+)\)/g)].map((match) => match[1] ?? ''),
      },
    ];
  });

/** True when the source holds a test or a group of tests of that name, as a string literal. */
const holdsTest = (source: string, name: string): boolean =>
  ["'", '"', '`'].some((quote) => source.includes(`${quote}${quote === "'" ? name.replaceAll("'", "\\'") : name}${quote}`));

/** One sentence for each thing that is wrong. `read` gives a file's text, or undefined when there is no such file. */
export const problemsOf = (rows: readonly RequirementRow[], read: (path: string) => string | undefined): readonly string[] => {
  const problems: string[] = [];
  for (let number = 1; number <= requirementCount; number += 1) {
    const times = rows.filter((row) => row.number === number).length;
    if (times !== 1) problems.push(`row ${number} stands there ${times} times`);
  }
  for (const row of rows) {
    const say = (what: string): void => void problems.push(`row ${row.number} (${row.capability}): ${what}`);
    if (row.number > requirementCount) say('there is no such row');
    if (!states.includes(row.state)) say(`"${row.state}" is no state (${states.join(', ')})`);
    if (row.state === 'done' && row.tests.length === 0) say('done, but no test proves it');
    for (const test of row.tests) {
      const [path = '', name] = test.split(separator);
      const source = read(path);
      if (source === undefined) say(`${path} does not exist`);
      else if (name !== undefined && !holdsTest(source, name)) say(`${path} has no test named "${name}"`);
    }
    for (const decision of row.decisions) if (read(`docs/${decision}`) === undefined) say(`docs/${decision} does not exist`);
  }
  return problems;
};
