/**
 * The text with the content of obfuscated string literals (`h"…"`, `h@'…'`, page "The string data type") taken
 * out. Comments and other literals are stepped over, so that an `h"` inside of them isn't taken for one.
 */
export function hideSecrets(text: string): string {
  return text.replace(TOKEN, (token: string) => {
    const secret = SECRET.exec(token);
    return secret ? `${secret[1]}${secret[2]}***${secret[2]}` : withoutKeys(token);
  });
}

/** The address of a storage service with its key and signature taken out (page "Storage connection strings"). */
function withoutKeys(token: string): string {
  const [, start, address = '', rest = '', end] = ADDRESS.exec(token) ?? [];
  if (start === undefined) return token;
  const shown = address.replace(/([?&](?:sig|token|key|code)=)[^&]*/gi, '$1***');
  return `${start}${shown}${rest === '' ? '' : ';***'}${end}`;
}

const ADDRESS = /^(@?["'])((?:https?|abfss?|adl|wasbs?|s3):\/\/[^;]*)(;?[\s\S]*?)(["']?)$/i;

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
