import { optional, required, schemas, secret, type SourceType } from './declare.ts';

/** Any Singer tap by its name; ours. Its configuration is one credential, because nobody but the tap knows which of its keys are. */
export const singerType: SourceType = {
  type: 'platform.singer',
  delivery: 'pull',
  form: {
    tap: required({ type: 'string', pattern: '^tap-[a-z0-9][a-z0-9-]{0,62}$' }),
    config: secret(optional({ type: 'object' })),
    start_date: optional(schemas.date),
  },
};
