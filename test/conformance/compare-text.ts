import type { Difference, Differences } from './differences.ts';

const marks = { only_semgrep: 'semgrep only', only_ours: 'ours only   ', other_end: 'other end   ' } as const;

export const differenceText = (difference: Difference): string => {
  const { path, startLine, startColumn, endLine, endColumn, ruleId } = difference.finding;
  const end = `${endLine}:${endColumn}`;
  const ours = difference.kind === 'other_end' ? ` ours ${difference.ours.endLine}:${difference.ours.endColumn}` : '';
  return `${marks[difference.kind]}  ${path}:${startLine}:${startColumn}-${end}${ours}  ${ruleId}`;
};

/** Rules that differ, worst first, then the sum of all. */
export const rulesText = ({ rules }: Differences): string => {
  const rows = rules.filter(({ onlySemgrep, onlyOurs, otherEnd }) => onlySemgrep + onlyOurs + otherEnd > 0);
  const sum = { same: 0, onlySemgrep: 0, onlyOurs: 0, otherEnd: 0 };
  for (const rule of rules) {
    sum.same += rule.same;
    sum.onlySemgrep += rule.onlySemgrep;
    sum.onlyOurs += rule.onlyOurs;
    sum.otherEnd += rule.otherEnd;
  }
  const line = (name: string, counts: typeof sum): string =>
    `${[counts.same, counts.onlySemgrep, counts.onlyOurs, counts.otherEnd].map((count) => String(count).padStart(14)).join('')}  ${name}`;
  return [
    `${['same', 'semgrep only', 'ours only', 'other end'].map((heading) => heading.padStart(14)).join('')}  rule`,
    ...rows.map((rule) => line(rule.ruleId, rule)),
    line(`all ${rules.length} rules that find something`, sum),
  ].join('\n');
};
