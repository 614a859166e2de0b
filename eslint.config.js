import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';
import arrows from './eslint.arrows.js';

export default tseslint.config(
  { ignores: ['**/dist/**', 'coverage/**', '**/*.js', '**/*.mjs', '**/*.cjs'] },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers and booleans print the same in every template; the ban would only add String() calls.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      // Steps and undo functions return promises by contract, whether or not one of them has to wait.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    // mocha's describe and it return nothing to await; assert functions are used for their throws.
    files: ['test/**/*.ts', 'packages/*/test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: ['describe', 'it'] }],
    },
  },
  {
    // winston types its transports as interfaces that extend a class of another package; they are its instances.
    files: ['lib/cli/log.ts'],
    rules: { '@typescript-eslint/no-unsafe-class-instance-assignment': 'off' },
  },
  ...arrows,
);
