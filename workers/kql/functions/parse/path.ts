import { type Dynamic, type FunctionEntry, scalar } from '../define.ts';

/** Parts of a path of Windows or Unix, with or without a scheme (page "parse_path()"). */
export function parsePath(path: string): Dynamic {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]+):\/\//.exec(path);
  const rest = scheme ? path.slice(scheme[0].length) : path;
  const root = /^[A-Za-z]:[\\/]?/.exec(rest)?.[0] ?? '';
  const last = Math.max(rest.lastIndexOf('\\'), rest.lastIndexOf('/'));
  const directory = last < 0 ? '' : rest.slice(0, last);
  const name = rest.slice(Math.max(last + 1, root.length));
  const stream = name.indexOf(':');
  const file = stream < 0 ? name : name.slice(0, stream);
  const dot = file.lastIndexOf('.');
  const above = Math.max(directory.lastIndexOf('\\'), directory.lastIndexOf('/'));
  return {
    Scheme: scheme?.[1] ?? '',
    RootPath: root,
    DirectoryPath: directory,
    DirectoryName: directory.slice(above + 1),
    Filename: file,
    Extension: dot < 0 ? '' : file.slice(dot + 1),
    AlternateDataStreamName: stream < 0 ? '' : name.slice(stream + 1),
  };
}

/** Words of a command line by the rules of Windows: quotes group, backslashes escape only before quotes. */
export function windowsWords(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const c = line.charAt(i);
    if (c === '\\') {
      let n = 1;
      while (line.charAt(i + n) === '\\') n++;
      const escapes = line.charAt(i + n) === '"';
      word = (word ?? '') + '\\'.repeat(escapes ? Math.floor(n / 2) : n);
      i += n - 1;
      if (escapes && n % 2 === 1) {
        word += '"';
        i++;
      }
    } else if (c === '"') {
      if (quoted && line.charAt(i + 1) === '"') {
        word = `${word ?? ''}"`;
        i++;
      } else {
        quoted = !quoted;
        word ??= '';
      }
    } else if ((c === ' ' || c === '\t') && !quoted) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + c;
  }
  if (word !== undefined) words.push(word);
  return words;
}

export const path: readonly FunctionEntry[] = [
  scalar('parse_path', { js: { call: ([text]) => parsePath(String(text)) } }, [
    {
      kql: 'parse_path(@"C:\\temp\\file.txt")',
      result:
        '{"Scheme":"","RootPath":"C:\\\\","DirectoryPath":"C:\\\\temp","DirectoryName":"temp","Filename":"file.txt","Extension":"txt","AlternateDataStreamName":""}',
    },
    {
      kql: 'parse_path("file://C:/temp/file.txt:some.exe").AlternateDataStreamName',
      result: 'some.exe',
    },
    { kql: 'parse_path("/usr/lib/temp/file.txt").DirectoryPath', result: '/usr/lib/temp' },
  ]),
  scalar(
    'parse_command_line',
    {
      js: {
        call: ([line, parser]) =>
          parser === 'windows' && line !== '' ? windowsWords(String(line)) : null,
      },
    },
    [
      {
        kql: String.raw`parse_command_line("echo \"hello world!\"", "windows")`,
        result: '["echo","hello world!"]',
      },
      {
        kql: String.raw`parse_command_line(@"a\b c", "windows")`,
        result: String.raw`["a\\b","c"]`,
      },
    ],
  ),
];
