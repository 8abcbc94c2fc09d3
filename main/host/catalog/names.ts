import { AppError } from '../../../common/errors/app-error.ts';

const MAX_NAME_LENGTH = 1_024;

/**
 * Names are at most 1,024 characters long (page "Entity names"). Other than the service Calypso takes any
 * character but control characters, because the names of foreign files' columns are kept as they are.
 */
export function checkName(what: string, name: string): void {
  const problem =
    name.trim() === ''
      ? 'is empty'
      : name.length > MAX_NAME_LENGTH
        ? `is longer than ${MAX_NAME_LENGTH.toLocaleString('en')} characters`
        : /\p{Cc}/u.test(name)
          ? 'has a control character in it'
          : undefined;
  if (problem)
    throw new AppError('input', 'bad_name', `The ${what} name '${name.slice(0, 80)}' ${problem}.`);
}
