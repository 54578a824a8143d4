/**
 * The import direction of docs/architecture.md: for each room what it may import of ours, and why.
 * A room that is not listed as an allowed target is forbidden; packages and Node's own modules are free.
 */
const rooms = {
  'src/lib': [[], 'lib is pure and wordless about our domain, so it can be moved anywhere'],
  contract: [[], 'contract is the API as data, trusted by browser and server alike'],
  'src/config': [['src/lib'], 'configuration is data'],
  'src/telemetry': [['src/lib'], 'anyone may log'],
  'src/batch': [['src/lib'], 'the record form belongs to neither intake nor loader'],
  'src/store': [['src/lib', 'src/telemetry'], 'SQL of the control plane has one home'],
  'src/access': [['src/store', 'src/lib', 'src/telemetry'], 'a credential check is not an HTTP matter'],
  'src/domain': [
    ['src/store', 'src/access', 'contract', 'src/lib', 'src/telemetry'],
    'verbs are reachable from HTTP, CLI and loader alike',
  ],
  'src/buffer': [['src/batch', 'src/lib', 'src/telemetry'], 'the buffer can be replaced alone'],
  'src/sinks': [['src/batch', 'src/lib', 'src/telemetry'], 'a sink can be replaced alone'],
  'src/intake': [['src/batch', 'src/buffer', 'contract', 'src/lib'], 'intake ends at the buffer'],
  'src/loader': [['src/batch', 'src/buffer', 'src/sinks', 'src/domain', 'src/lib', 'src/telemetry'], 'the loader never learns of HTTP'],
  'src/notify': [['src/domain', 'src/lib', 'src/telemetry'], 'what is said to people is decided by verbs, how it travels is not'],
  'src/http': [
    ['src/access', 'src/domain', 'src/intake', 'contract', 'src/lib', 'src/telemetry'],
    'the edge never learns of SQL, sinks or the loader',
  ],
  'src/cli': [['contract', 'client', 'src/config', 'src/lib'], 'commands are clients of the running server'],
  client: [['contract'], 'the client knows the contract and nothing else'],
  examples: [[], 'a partner has the public endpoints and nothing else'],
  web: [['client', 'contract'], 'the app is an ordinary client with no special privileges'],
};

const direction = Object.entries(rooms).map(([room, [allowed, reason]]) => ({
  name: `direction-${room.replace('src/', '')}`,
  comment: [room, 'may import', allowed.concat('itself').join(', ') + ':', reason].join(' '),
  severity: 'error',
  from: {
    path: `^${room}/`,
    pathNot: ['\\.test\\.ts$', ...(room === 'src/cli' ? ['^src/cli/commands/(serve|demo|move)\\.ts$'] : [])],
  },
  to: { path: '^(src|contract|client|web|tests|bench|tooling)/', pathNot: [`^${room}/`, ...allowed.map((name) => `^${name}/`)] },
}));

module.exports = {
  forbidden: [
    ...direction,
    {
      name: 'app-is-the-root',
      comment: 'Only the commands that start a server or move one, tests and benchmarks may import app.ts and move.ts.',
      severity: 'error',
      from: { path: '^(src|contract|client)/', pathNot: ['^src/cli/commands/(serve|demo|move)\\.ts$', '\\.test\\.ts$'] },
      to: { path: '^src/(app|move)\\.ts$' },
    },
    {
      name: 'sinks-stand-alone',
      comment: 'One sink may not import another.',
      severity: 'error',
      from: { path: '^src/sinks/([^/]+)/' },
      to: { path: '^src/sinks/[^/]+/', pathNot: '^src/sinks/$1/' },
    },
    { name: 'no-cycles', comment: 'Data flows one way.', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', comment: 'Every import resolves.', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependency-at-run-time',
      comment: 'Shipped code uses runtime dependencies only.',
      severity: 'error',
      from: { path: '^(src|contract|client|bin)/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^web/dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.d.ts'],
    },
  },
};
