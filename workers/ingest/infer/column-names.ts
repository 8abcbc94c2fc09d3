export interface NamedColumns {
  readonly names: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Column names as they can stand in a table: not empty, no control characters, at most 1,024 characters, none
 * twice. Reserved words need no change, since KQL can quote any name (`['where']`).
 */
export function columnNames(raw: readonly string[]): NamedColumns {
  const used = new Set<string>();
  const notes: string[] = [];
  const names = raw.map((text, i) => {
    const clean = cleanName(text);
    const wanted = clean === '' ? `Column${i + 1}` : clean;
    let name = wanted;
    for (let n = 1; used.has(name); n++) name = `${wanted}_${n}`;
    used.add(name);
    if (clean === '') notes.push(`column ${i + 1} had no name and is called ${name}`);
    else if (name !== wanted) notes.push(`a second column ${wanted} is called ${name}`);
    return name;
  });
  return { names, notes: shorten(notes) };
}

function cleanName(text: string): string {
  let clean = '';
  for (const character of text.trim())
    clean += character < ' ' || character === '\u007f' ? ' ' : character;
  return clean.slice(0, 1024);
}

const MOST_NOTES = 5;

function shorten(notes: readonly string[]): string[] {
  return notes.length <= MOST_NOTES
    ? [...notes]
    : [...notes.slice(0, MOST_NOTES), `${notes.length - MOST_NOTES} more columns were renamed`];
}
