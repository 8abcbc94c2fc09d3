/**
 * Whether a path with `/` between its parts fits a pattern: `**` is any number of folders, `*` and `?` are within a
 * name, `[a-z]` one of these, `{a,b}` one of these texts. A pattern without `/` is about names, at any depth.
 */
export function globMatcher(pattern: string): (path: string) => boolean {
  const whole = pattern.includes('/') || pattern === '**' ? pattern : `**/${pattern}`;
  const expression = new RegExp(`^${source(whole)}$`, 'u');
  return (path) => expression.test(path);
}

function source(pattern: string): string {
  let out = '';
  let braces = 0;
  for (let i = 0; i < pattern.length; ) {
    const rest = pattern.slice(i);
    const set = /^\[(!?)([^\]]+)\]/.exec(rest);
    if (rest.startsWith('**/')) {
      out += '(?:[^/]+/)*';
      i += 3;
    } else if (rest.startsWith('**')) {
      out += '.*';
      i += 2;
    } else if (set) {
      const [text = '', not = '', members = ''] = set;
      out += `[${not === '' ? '' : '^/'}${members.replace(/[\\^[&~]/g, '\\$&')}]`;
      i += text.length;
    } else {
      const [character = ''] = rest;
      if (character === '*') out += '[^/]*';
      else if (character === '?') out += '[^/]';
      else if (character === '{' && rest.includes('}')) {
        out += '(?:';
        braces++;
      } else if (character === '}' && braces > 0) {
        out += ')';
        braces--;
      } else if (character === ',' && braces > 0) out += '|';
      else out += character.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
      i += character.length;
    }
  }
  return out;
}
