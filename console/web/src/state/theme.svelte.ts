// Dark, light, or what the system says; kept in this browser.

export type Theme = 'system' | 'dark' | 'light';

const key = 'sightglass.theme';

function stored(): Theme {
  try {
    const value = localStorage.getItem(key);
    return value === 'dark' || value === 'light' ? value : 'system';
  } catch {
    return 'system';
  }
}

const systemDark = window.matchMedia?.('(prefers-color-scheme: dark)');

class ThemeChoice {
  choice = $state<Theme>(stored());

  constructor() {
    systemDark?.addEventListener('change', () => this.apply());
    this.apply();
  }

  set(choice: Theme): void {
    this.choice = choice;
    this.keep();
    this.apply();
  }

  /** Also after signing out, which clears what this browser has stored for the console. */
  keep(): void {
    try {
      localStorage.setItem(key, this.choice);
    } catch {
      // Storage may be forbidden; the choice then lasts as long as the page.
    }
  }

  private apply(): void {
    const dark = this.choice === 'system' ? systemDark?.matches !== false : this.choice === 'dark';
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  }
}

export const theme = new ThemeChoice();
