/** Worst first. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof severities)[number];

export const confidences = ['high', 'medium', 'low'] as const;
export type Confidence = (typeof confidences)[number];

/** 0 is the worst; sorts critical before info. */
export const severityRank = (severity: Severity): number => severities.indexOf(severity);

/** True when `severity` is as bad as `threshold` or worse. */
export const atLeast = (severity: Severity, threshold: Severity): boolean => severityRank(severity) <= severityRank(threshold);

/** What fails the gate: findings of that severity or worse; `none` never does. */
export const gateThresholds = [...severities, 'none'] as const;
export type GateThreshold = (typeof gateThresholds)[number];
