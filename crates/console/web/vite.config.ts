import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

/** Packs what is worth it beside itself, and keeps the folder out of version control. */
function packed(folder: string): Plugin {
  return {
    name: 'packed',
    apply: 'build',
    closeBundle() {
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name);
        if (!entry.isFile() || !/\.(css|html|js|svg)$/.test(entry.name)) continue;
        const plain = readFileSync(path);
        if (plain.length > 1024) writeFileSync(`${path}.gz`, gzipSync(plain, { level: constants.Z_BEST_COMPRESSION }));
      }
      writeFileSync(join(folder, '.gitignore'), '*\n!.gitignore\n');
    },
  };
}

export default defineConfig({
  // Every address is relative: the console is also mounted below a prefix.
  base: './',
  plugins: [svelte(), packed('dist')],
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  // The hub compares origin and host, so the host stays the page's.
  server: { proxy: { '/api': { target: process.env['WANGGE_CONSOLE'] ?? 'http://127.0.0.1:4180', changeOrigin: false } } },
});
