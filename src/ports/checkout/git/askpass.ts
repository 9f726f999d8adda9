import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tokenDescriptor } from '../git-settings.ts';

/**
 * Answers git's two questions for one origin and nothing else; any other prompt gets no answer and an error. The token comes over an
 * inherited descriptor and can be read once, so a server that asks again learns nothing more. The file itself holds no secret.
 */
const script = `#!/bin/sh
scheme=\${SIGHTLINE_ASKPASS_ORIGIN%%://*}
host=\${SIGHTLINE_ASKPASS_ORIGIN#*://}
if [ "$1" = "Username for '$scheme://$host': " ]; then
  printf '%s\\n' "$SIGHTLINE_ASKPASS_USERNAME"
elif [ "$1" = "Password for '$scheme://$SIGHTLINE_ASKPASS_USERNAME@$host': " ]; then
  IFS= read -r token <&${tokenDescriptor} || exit 1
  printf '%s\\n' "$token"
else
  exit 1
fi
`;

/** Writes the askpass program below `directory` and returns its path. */
export const writeAskpass = async (directory: string): Promise<string> => {
  const path = join(directory, 'askpass');
  await writeFile(path, script, { mode: 0o700, flag: 'wx' });
  return path;
};

/** Hosts take any user name beside a token; the exception insists on its own. */
export const tokenUsername = (hostname: string): string => (hostname === 'bitbucket.org' ? 'x-token-auth' : 'x-access-token');
