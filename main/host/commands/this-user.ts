import { userInfo } from 'node:os';

/** The one who runs the program: whoever opens the data folder may do everything. */
export interface ThisUser {
  readonly name: string;
  /** In the form of the service's fully qualified names. */
  readonly fqn: string;
}

export function thisUser(): ThisUser {
  const name = nameOf();
  return { name, fqn: `localuser=${name}` };
}

function nameOf(): string {
  try {
    return userInfo().username;
  } catch {
    // Containers may run under a number that no account has.
    return 'user';
  }
}
