import { extname } from 'node:path';

/** URL of a module beside the caller, with the caller's own extension: `.ts` in a checkout, `.js` in the published package. */
export function siblingModule(name: string, importMetaUrl: string): URL {
  return new URL(`./${name}${extname(new URL(importMetaUrl).pathname)}`, importMetaUrl);
}
