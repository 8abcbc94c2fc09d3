/**
 * The text with the content of obfuscated string literals (`h"…"`, `h@'…'`, page "The string data type") taken
 * out. Comments and other literals are stepped over, so that an `h"` inside of them isn't taken for one.
 */
export function hideSecrets(text: string): string {
  return text.replace(TOKEN, (token: string) => {
    const secret = SECRET.exec(token);
    return secret ? `${secret[1]}${secret[2]}***${secret[2]}` : token;
  });
}

/** A comment, a name, or a literal with its prefix; an unfinished literal goes on to the end of its line. */
const TOKEN = new RegExp(
  [
    String.raw`\/\/[^\n]*`,
    '[hH]?(?:```[\\s\\S]*?(?:```|$)|~~~[\\s\\S]*?(?:~~~|$))',
    String.raw`(?:[hH]@|@[hH]?)(?:"(?:[^"\n]|"")*"?|'(?:[^'\n]|'')*'?)`,
    String.raw`[hH]?(?:"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?)`,
    String.raw`[\p{L}\p{N}_]+`,
  ].join('|'),
  'gu',
);

const SECRET = /^([hH]@?|@[hH])("|'|```|~~~)/;
