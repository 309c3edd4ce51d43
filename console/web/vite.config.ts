import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** Where `npm run dev` finds the API: a console, or dev/mock.mjs. */
const api = process.env.SIGHTGLASS_API ?? 'http://127.0.0.1:8480';

export default defineConfig(({ mode }) => ({
  plugins: [svelte()],
  // Tests mount components, so they need the browser half of Svelte.
  resolve: mode === 'test' ? { conditions: ['browser'] } : {},
  build: {
    target: 'es2022',
    outDir: 'dist',
    // The content security policy allows no data: scripts, styles or fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  server: {
    // An address, since a bare system has no /etc/hosts to find `localhost` in.
    host: '127.0.0.1',
    proxy: { '/api': { target: api, secure: false } },
    // A test compares the losses told here with those of the replay's summary.
    ...(mode === 'test' ? { fs: { allow: ['.', '../../sensor/pipeline'] } } : {}),
  },
  test: { environment: 'jsdom', include: ['src/**/*.test.ts'], css: true },
}));
