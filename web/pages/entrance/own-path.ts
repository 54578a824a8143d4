import { paths } from '../../paths.ts';

/** Only a path of this app. Readers of URLs take out tabs and line ends: `/`, tab, `/host` leads elsewhere as `//host` and `/\host` do. */
export function toOwnPath(from: unknown): string {
  return typeof from === 'string' && /^\/(?![/\\])[!-~]*$/.test(from) && !from.startsWith('/session/') ? from : paths.home();
}
