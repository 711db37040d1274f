import js from '@eslint/js'
import importX from 'eslint-plugin-import-x'
import jsdoc from 'eslint-plugin-jsdoc'
import tseslint from 'typescript-eslint'
import { longFunctions, manyParameters } from './eslint.exceptions.js'

/** What each station of `src/` may import besides itself; everything else is an error. See report/decisions. */
const allowed = {
  support: [],
  config: ['support'],
  score: ['support'],
  melody: ['score', 'support'],
  corpus: ['score', 'support'],
  dataset: ['corpus', 'melody', 'score', 'config', 'support'],
  model: ['dataset', 'config', 'support'],
  results: ['model', 'dataset', 'config', 'support'],
  training: ['model', 'dataset', 'results', 'config', 'support'],
  generation: ['training', 'model', 'dataset', 'melody', 'score', 'results', 'config', 'support'],
  evaluation: ['generation', 'training', 'model', 'dataset', 'melody', 'score', 'results', 'config', 'support'],
  tuner: ['evaluation', 'generation', 'training', 'model', 'dataset', 'melody', 'results', 'config', 'support'],
  duet: ['model', 'dataset', 'melody', 'results', 'config', 'support'],
  charts: ['melody', 'score', 'results', 'config', 'support'],
  audio: ['melody', 'score', 'support'],
}
/** These stand above the data's path and may import all of it, but not each other upwards. */
const above = ['study', 'notebook', 'cli']
const stations = [...Object.keys(allowed), ...above]

const below = Object.keys(allowed)
const table = [...Object.entries(allowed), ...above.map((station, n) => [station, [...below, ...above.slice(0, n)]])]
const zones = [
  ...table.map(([station, others]) => ({
    target: `./src/${station}`,
    from: './src',
    except: [station, ...others].map((path) => `./${path}`),
    message: `src/${station} may import only ${['itself', ...others].join(', ')}.`,
  })),
  ...['./src/*.ts', './site', './bench', './scripts'].map((target) => ({
    target,
    from: './src/cli',
    message: 'A file of src/cli is one command: what it does lies in the other stations.',
  })),
]

/** What a tsconfig covers: linted with its types. */
const typed = ['src/**/*.ts', 'site/**/*.ts', 'tests/**/*.ts', 'bench/**/*.ts']

/** Every export has a doc comment, except types derived from a documented schema or list. */
const documented = {
  files: ['src/**'],
  plugins: { jsdoc },
  rules: {
    'jsdoc/require-jsdoc': [
      'error',
      {
        publicOnly: { esm: true, cjs: false, window: false },
        enableFixer: false,
        require: { FunctionDeclaration: true, ClassDeclaration: true },
        contexts: [
          'ExportNamedDeclaration > TSInterfaceDeclaration',
          'ExportNamedDeclaration > VariableDeclaration',
          'ExportNamedDeclaration > TSTypeAliasDeclaration:not([typeAnnotation.typeName.name=/^(Stored|z)$/], [typeAnnotation.typeName.left.name="z"])',
        ],
      },
    ],
  },
}

const lines = (max) => ({ max, skipBlankLines: true, skipComments: true })
const exceptions = [
  ...Object.entries(manyParameters).map(([most, files]) => ({
    files,
    rules: { 'max-params': ['error', Number(most)] },
  })),
  ...Object.entries(longFunctions).map(([file, most]) => ({
    files: [file],
    rules: { 'max-lines-per-function': ['error', lines(most)] },
  })),
]

const ONE_FOLDER = 'A recursive mkdir may try for ever; use support/createFolder.ts.'

export default tseslint.config(
  {
    ignores: [
      'dist',
      'data',
      '**/.venv',
      'node_modules',
      'site/dist',
      'site/.astro',
      'notebooks',
      'coverage',
      'generated_melodies',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  ...tseslint.configs.recommendedTypeCheckedOnly.map((config) => ({ ...config, files: typed })),
  {
    files: typed,
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Its objects are records of closures, written as methods for short; `this` is used in errors and custom elements alone.
      '@typescript-eslint/unbound-method': 'off',
      // It reports values of unknown type once null is ruled out; those that become text here are scalars of JSON.
      '@typescript-eslint/no-base-to-string': 'off',
    },
  },
  {
    // Matchers such as `expect.closeTo` are `any`.
    files: ['tests/**'],
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off', '@typescript-eslint/no-unsafe-return': 'off' },
  },
  {
    // The types of `astro:content` exist only once the site was built.
    files: ['site/src/content.config.ts', 'site/src/pages/llms.txt.ts'],
    rules: Object.fromEntries(
      ['assignment', 'argument', 'call', 'member-access', 'return'].map((use) => [
        `@typescript-eslint/no-unsafe-${use}`,
        'off',
      ]),
    ),
  },
  {
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [
        importX.createNodeResolver({ extensions: ['.ts', '.js', '.mjs'], extensionAlias: { '.js': ['.ts', '.js'] } }),
      ],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-extraneous-dependencies': ['error', { devDependencies: true, includeTypes: true }],
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones }],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Randomness comes in as an argument: support/random.ts.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.property.name='fit']",
          message: 'model.fit shuffles without a seed; use training/train.ts.',
        },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines-per-function': ['error', lines(40)],
      'max-params': ['error', 3],
    },
  },
  {
    files: ['src/**'],
    ignores: ['src/support/createFolder.ts', 'src/support/folders.ts', 'site/build/buildSite.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { name: 'node:fs/promises', importNames: ['mkdir'], message: ONE_FOLDER },
        { name: 'node:fs', importNames: ['mkdir', 'mkdirSync'], message: ONE_FOLDER },
      ],
    },
  },
  documented,
  {
    // What npm installs with the package, without what only a checkout needs.
    files: ['src/**', 'bin/**'],
    ignores: ['src/notebook/display.ts', 'src/charts/staves.ts', 'src/charts/vegaLite.ts', 'src/model/**'],
    rules: { 'import-x/no-extraneous-dependencies': ['error', { devDependencies: false, includeTypes: true }] },
  },
  {
    files: ['tests/**', 'bench/**', 'scripts/**', 'bin/**', 'native/**', 'eslint.config.js'],
    rules: { 'max-lines-per-function': 'off' },
  },
  ...exceptions,
  {
    files: ['**/*.mjs', 'eslint.config.js', 'site/**/*.{js,ts}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        fetch: 'readonly',
        AbortController: 'readonly',
        AbortSignal: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
        setImmediate: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        clearTimeout: 'readonly',
      },
    },
  },
)
export { stations, table }
