// A browser on the console under test: Debian's chromium, and a page that remembers what it complained of.
import { chromium } from 'playwright-core';

export function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: these tests need a running console`);
  return value;
}

/** The browser; chromium's own background traffic is switched off. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.SIGHTGLASS_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
    ],
  });
}

/**
 * A page in a context of its own. `complaints` collects script errors, violations of the security policy and
 * requests that leave the console; a test ends with it empty.
 */
export async function openPage(browser, origin, options = {}) {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: 1280, height: 800 },
    permissions: ['clipboard-read', 'clipboard-write'],
    ...options,
  });
  const page = await context.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(`script: ${error.message}`));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) complaints.push(message.text());
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'blob:' && url.origin !== origin) complaints.push(`left for ${request.url()}`);
  });
  return { context, page, complaints };
}
