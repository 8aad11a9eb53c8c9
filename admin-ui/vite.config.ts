import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { licences } from './build/licences.ts';

// The built form is committed and compared byte by byte, so nothing in it may depend on the
// machine: no content hashes in names, class names from file and class alone.
export default defineConfig({
  plugins: [react(), licences()],
  css: { modules: { generateScopedName: '[name]__[local]' } },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      output: {
        entryFileNames: 'assets/page.js',
        chunkFileNames: 'assets/[name].js',
        assetFileNames: 'assets/[name][extname]',
      },
    },
  },
  server: {
    proxy: { '/api': process.env.WATCHKEEPER_URL ?? 'http://127.0.0.1:8480' },
  },
});
