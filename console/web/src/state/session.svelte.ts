// Who is signed in. A session that ends puts the sign-in form over the page; the place is kept.
import { call, get, onSignedOut, useCsrf } from '../api/client';
import { Problem } from '../api/problem';
import type { Session } from '../api/types';
import { live } from './live.svelte';
import { theme } from './theme.svelte';

class SessionState {
  /** Undefined until the console has been asked. */
  current = $state.raw<Session | null | undefined>(undefined);
  /** True when it ended by itself rather than by signing out. */
  expired = $state(false);
  setupNeeded = $state(false);

  constructor() {
    onSignedOut(() => {
      if (!this.current) return;
      this.expired = true;
      this.drop();
    });
  }

  async resume(): Promise<void> {
    try {
      const { data } = await call<Session>('GET', '/session', { credentials: true });
      this.take(data);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      const setup = await get<{ needed: boolean }>('/setup');
      this.setupNeeded = setup.data.needed;
      this.current = null;
    }
  }

  async signIn(user: string, password: string): Promise<void> {
    const body = { user, password };
    const { data } = await call<Session>('POST', '/session', { body, credentials: true });
    this.take(data);
  }

  async setUp(token: string, user: string, password: string): Promise<void> {
    const body = { token, user, password };
    const { data } = await call<Session>('POST', '/setup', { body, credentials: true });
    this.setupNeeded = false;
    this.take(data);
  }

  async signOut(): Promise<void> {
    await call('DELETE', '/session');
    theme.keep();
    this.expired = false;
    this.drop();
  }

  private take(session: Session): void {
    useCsrf(session.csrf);
    this.current = session;
    this.expired = false;
    live.start();
  }

  private drop(): void {
    live.stop();
    useCsrf('');
    this.current = null;
  }
}

export const session = new SessionState();
