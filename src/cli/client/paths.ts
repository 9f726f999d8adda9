import { AppError } from '../../lib/errors.ts';
import { isId } from './project-of.ts';

const pathOf =
  (list: string, one: string) =>
  (id: string): string => {
    // Also keeps what a person typed from becoming another path.
    if (!isId(id)) {
      throw new AppError('usage_invalid', `"${id}" is not the id of ${one}`, {
        hint: `Ids look like 01931a2b-3c4d-7e5f-8a9b-0c1d2e3f4a5b; "sightline ${list} list" shows them.`,
      });
    }
    return `/api/v1/${list}/${id.toLowerCase()}`;
  };

/** Where one object is. @throws AppError `usage_invalid` for what is no id */
export const scanPath = pathOf('scans', 'a scan');
export const issuePath = pathOf('issues', 'an issue');
export const projectPath = pathOf('projects', 'a project');
const taskPath = pathOf('tasks', 'a task');
/** A dead letter is a task under another heading. */
export const deadLetterPath = (id: string): string => taskPath(id).replace('/tasks/', '/dead-letters/');
