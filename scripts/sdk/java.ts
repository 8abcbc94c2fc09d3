import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { answers, cached, mustRun } from './prepare.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'tests', 'sdk', 'java');

/** The class path of a compiled suite with the SDK for Java, from Maven Central; or why there is none. */
export function javaWithSdk(): { readonly classPath: string } | { readonly missing: string } {
  if (!answers('javac', '-version')) return { missing: 'no JDK is installed (javac)' };
  if (!answers('mvn', '--version')) return { missing: 'Maven is not installed (mvn)' };
  const pom = join(FOLDER, 'pom.xml');
  const libraries = cached('java', readFileSync(pom, 'utf8'), (folder) =>
    mustRun('mvn', [
      '--batch-mode',
      '--quiet',
      '--file',
      pom,
      'dependency:copy-dependencies',
      `-DoutputDirectory=${folder}`,
    ]),
  );
  const source = join(FOLDER, 'Suite.java');
  const classes = cached('java-suite', libraries + readFileSync(source, 'utf8'), (folder) =>
    mustRun('javac', ['-d', folder, '-cp', join(libraries, '*'), source]),
  );
  return { classPath: [classes, join(libraries, '*')].join(delimiter) };
}
