import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

export default {
  preprocess: vitePreprocess(),
  // `css: external` keeps styles in the sheet the policy allows.
  compilerOptions: { css: 'external', runes: true },
};
