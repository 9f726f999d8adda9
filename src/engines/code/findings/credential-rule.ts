import type { CodeRule } from '../rule/code-rule.ts';

/** Weaknesses whose evidence is the credential itself, as it stands in the code. */
const credentialWeaknesses = new Set(['CWE-256', 'CWE-257', 'CWE-259', 'CWE-260', 'CWE-312', 'CWE-321', 'CWE-522', 'CWE-547', 'CWE-798']);

const credentialWords =
  /(?:^|[^a-z])(?:secrets?|passwords?|passwd|passphrases?|credentials?|api[-_]?keys?|access[-_]?(?:keys?|tokens?)|private[-_]?keys?|tokens?)(?:$|[^a-z])/i;

/** Whether the code a rule finds is likely to hold a credential. Words of its id and tags count too: not every author names a CWE. */
export const findsCredentials = ({ id, cwe, tags }: CodeRule): boolean =>
  cwe.some((each) => credentialWeaknesses.has(each)) || [id, ...tags].some((text) => credentialWords.test(text));
