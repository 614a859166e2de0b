// The direction of the arrows between folders (docs/architecture.md), as lint rules.
const ground = ['nic', 'plan', 'journal', 'lock', 'errors', 'knowledge'];
const allowed = {
  nic: [],
  errors: [],
  knowledge: ['errors'],
  plan: ['errors', 'nic'],
  journal: ['errors', 'plan'],
  lock: ['errors'],
  xml: ['nic', 'errors'],
  channel: ['errors'],
  hypervisor: ['nic', 'errors', 'xml', 'channel', 'knowledge'],
  guest: ['nic', 'errors', 'channel', 'knowledge'],
  planes: ['nic', 'errors', 'xml', 'channel', 'hypervisor', 'guest'],
  verdicts: ['nic', 'errors', 'planes', 'knowledge'],
  operations: [...ground, 'xml', 'channel', 'hypervisor', 'guest', 'planes', 'verdicts'],
  lab: ['errors', 'channel', 'xml', 'nic', 'hypervisor'],
};
const folders = Object.keys(allowed);

export default [
  ...folders.map((folder) => ({
    files: [`lib/${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: folders
            .concat('cli')
            .filter((other) => other !== folder && !allowed[folder].includes(other))
            .map((other) => ({
              regex: `^(\\.\\./)+${other}/`,
              message: `lib/${folder} must not import lib/${other} (docs/architecture.md, direction of the arrows)`,
            })),
        },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'argv', message: 'only lib/cli reads the command line' },
        { object: 'process', property: 'env', message: 'only lib/cli reads the environment' },
        { object: 'process', property: 'stdout', message: 'only lib/cli prints' },
        { object: 'process', property: 'stderr', message: 'only lib/cli prints' },
      ],
      'no-console': 'error',
    },
  })),
  {
    files: ['packages/node-libvirt/src/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '/lib/', message: 'node-libvirt knows nothing of hotnic' }] },
      ],
      'no-console': 'error',
    },
  },
];
