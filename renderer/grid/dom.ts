/** An element with a class and a role. Text only ever reaches the page as text. */
export function element(
  className: string,
  role = 'presentation',
  tag: 'div' | 'span' | 'mark' = 'div',
): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  if (role !== '') made.setAttribute('role', role);
  return made;
}

/** Shows a text with the occurrences of `needle` marked, ignoring case. */
export function setMarkedText(target: HTMLElement, text: string, needle: string): void {
  const low = needle === '' ? '' : text.toLowerCase();
  const find = needle.toLowerCase();
  let at = needle === '' ? -1 : low.indexOf(find);
  // Folding may change the length of a text (`İ`); then the places would not fit.
  if (at < 0 || low.length !== text.length) {
    const only = target.firstChild;
    if (only instanceof Text && target.childNodes.length === 1) {
      if (only.data !== text) only.data = text;
    } else target.textContent = text;
    return;
  }
  const parts: Node[] = [];
  let from = 0;
  while (at >= 0) {
    if (at > from) parts.push(document.createTextNode(text.slice(from, at)));
    const mark = element('cg-mark', '', 'mark');
    mark.textContent = text.slice(at, at + find.length);
    parts.push(mark);
    from = at + find.length;
    at = low.indexOf(find, from);
  }
  if (from < text.length) parts.push(document.createTextNode(text.slice(from)));
  target.replaceChildren(...parts);
}

export function setAttribute(target: HTMLElement, name: string, value: string): void {
  if (target.getAttribute(name) !== value) target.setAttribute(name, value);
}
