// Where the page is, in the fragment: #/alerts?severity=critical, #/alerts/ID, #/conversations?q=modbus,
// #/health, #/account, #/users.

export interface Place {
  view: 'alerts' | 'alert' | 'conversations' | 'health' | 'account' | 'users';
  id: string;
  parameters: URLSearchParams;
}

export function placeOf(fragment: string): Place {
  const [path = '', search = ''] = fragment.replace(/^#\/?/, '').split('?', 2);
  const [head = '', tail = ''] = path.split('/', 2);
  const parameters = new URLSearchParams(search);
  if (head === 'alerts' && tail) return { view: 'alert', id: decodeURIComponent(tail), parameters };
  if (head === 'conversations' || head === 'health' || head === 'account' || head === 'users') {
    return { view: head, id: '', parameters };
  }
  return { view: 'alerts', id: '', parameters };
}

class Route {
  place = $state.raw<Place>(placeOf(location.hash));

  constructor() {
    window.addEventListener('hashchange', () => {
      this.place = placeOf(location.hash);
    });
  }

  go(fragment: string): void {
    location.hash = fragment;
  }

  /** Changes the place without a step in the history (filters while they are typed). */
  replace(fragment: string): void {
    history.replaceState(null, '', fragment);
    this.place = placeOf(fragment);
  }
}

export const route = new Route();
