import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { accountApiRoutes } from '../contract/account-api/routes.ts';
import { guidePlugin } from './guide-plugin.ts';

/** The browser needs method and path of a route, not its schemas: the server checks. This keeps zod out of the app. */
const leanRoutes: Plugin = {
  name: 'lean-routes',
  enforce: 'pre',
  load(id) {
    if (!id.endsWith('/contract/account-api/routes.ts')) return undefined;
    const lean = Object.entries(accountApiRoutes).map(([name, { method, path }]) => [name, { method, path }]);
    return `export const accountApiRoutes = ${JSON.stringify(Object.fromEntries(lean))};`;
  },
};

/** Builds the app into `web/dist`, which `thimble serve` serves. The nonce is put in by the server, anew for each page (src/http/web-app.ts). */
export default defineConfig({
  root: new URL('../web', import.meta.url).pathname,
  plugins: [leanRoutes, guidePlugin, react()],
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // Browsers that know `light-dark()`: rewritten for older ones it would not follow the theme of the app.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // Inlined data URLs would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
});
