import { defineConfig } from 'vite'

export default defineConfig({
  // Relative, so that the page works behind a path, too.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    // One file of each kind: the report has them inside.
    rolldownOptions: { output: { codeSplitting: false } },
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: false,
    target: 'es2023',
  },
})
