// Single-key commands. One place listens; what has the focus decides who hears a key first.

export type Command = (event: KeyboardEvent) => void;
export type Keymap = Record<string, Command>;

const maps: Keymap[] = [];

/** Adds a map while its component lives: `$effect(() => listen({...}))`. The newest is asked first. */
export function listen(map: Keymap): () => void {
  maps.push(map);
  return () => {
    const index = maps.indexOf(map);
    if (index >= 0) maps.splice(index, 1);
  };
}

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.tagName === 'TEXTAREA' ||
    target.tagName === 'SELECT' ||
    (target instanceof HTMLInputElement && target.type !== 'checkbox'));

/** What a focused control itself does with Enter and Space must stay its own. */
const operates = (target: EventTarget | null) =>
  target instanceof HTMLElement && /^(A|BUTTON|INPUT|SUMMARY)$/.test(target.tagName);

export function dispatchKey(event: KeyboardEvent): void {
  // A modal dialog has the keyboard to itself; Escape closes it without our help.
  if (document.querySelector('dialog[open]')) return;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target) && event.key !== 'Escape') return;
  if (operates(event.target) && (event.key === 'Enter' || event.key === ' ')) return;
  for (let index = maps.length - 1; index >= 0; index -= 1) {
    const command = maps[index]?.[event.key];
    if (command) {
      event.preventDefault();
      command(event);
      return;
    }
  }
}
